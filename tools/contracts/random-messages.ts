import { encodeAbiParameters, type Hex, hashTypedData } from 'viem'
import { ATTESTATION_TYPES, COMMITMENT_TYPES } from '../../src/protocol/audit/attestation.ts'
import { AUDIT_CALL_TYPES } from '../../src/protocol/audit/audit-call.ts'
import { bytesToHex, taggedHash, u32 } from '../../src/protocol/hash.ts'
import { DOMAIN, RECEIPT_TYPES, SEGMENT_TYPES } from '../../src/protocol/receipt/typed-data.ts'
import { CHAIN_TYPES } from '../../src/wallet/abi/typed-data.gen.ts'

type Field = { name: string; type: string }
type Types = Record<string, readonly Field[]>

export interface MessageType {
  primaryType: string
  types: Types
  /** Whether its domain names a chain and a contract. */
  isForChain: boolean
}

/** Every type that anybody signs in this protocol, on the chain and off. */
export const MESSAGE_TYPES: readonly MessageType[] = [
  { primaryType: 'Segment', types: SEGMENT_TYPES, isForChain: false },
  { primaryType: 'Receipt', types: RECEIPT_TYPES, isForChain: false },
  { primaryType: 'AuditCall', types: AUDIT_CALL_TYPES, isForChain: false },
  { primaryType: 'AttestationCommitment', types: COMMITMENT_TYPES, isForChain: false },
  { primaryType: 'Attestation', types: ATTESTATION_TYPES, isForChain: false },
  ...Object.keys(CHAIN_TYPES).map((primaryType) => ({ primaryType, types: CHAIN_TYPES as Types, isForChain: true })),
]

export interface Message {
  /** The struct as Solidity decodes it. */
  body: Hex
  /** EIP-712. */
  digest: Hex
}

/** Message number `index` of its type: the same at every run. `contract` reads what is for the chain. */
export function randomMessage(
  type: MessageType,
  index: number,
  contract: { chainId: number; verifyingContract: Hex },
): Message {
  const { primaryType, types, isForChain } = type
  const words = wordsOf(primaryType, index)
  const message = randomStruct(types, primaryType, words)
  const domain = isForChain ? { ...DOMAIN, ...contract } : DOMAIN
  const digest = hashTypedData({ domain, types: types as Record<string, Field[]>, primaryType, message })
  return { body: encodeAbiParameters([tupleOf(types, primaryType)], [message]), digest }
}

type AbiField = { name: string; type: string; components?: AbiField[] }

function tupleOf(types: Types, name: string): AbiField {
  const components = (types[name] ?? []).map((field) =>
    types[field.type] === undefined ? { ...field } : { ...tupleOf(types, field.type), name: field.name },
  )
  return { name: '', type: 'tuple', components }
}

function randomStruct(types: Types, name: string, words: Generator<Uint8Array, never>): Record<string, unknown> {
  return Object.fromEntries(
    (types[name] ?? []).map(({ name: field, type }) => [
      field,
      types[type] === undefined ? randomValue(type, words) : randomStruct(types, type, words),
    ]),
  )
}

/** Lengths from nothing to more than a word, and the ends of every integer more often than chance has them. */
function randomValue(type: string, words: Generator<Uint8Array, never>): unknown {
  const word = words.next().value
  const [first = 0, second = 0] = word
  if (type === 'bytes32') return `0x${bytesToHex(word)}`
  if (type === 'address') return `0x${bytesToHex(word.subarray(0, 20))}`
  if (type === 'bytes' || type === 'string') {
    const long = [word, words.next().value, words.next().value]
    const text = long
      .map(bytesToHex)
      .join('')
      .slice(0, 2 * (second % 97))
    return type === 'bytes' ? `0x${text}` : text
  }
  const bits = Number(type.slice('uint'.length))
  const value = BigInt(`0x${bytesToHex(word)}`) & ((1n << BigInt(bits)) - 1n)
  const chosen = first < 8 ? 0n : first < 16 ? (1n << BigInt(bits)) - 1n : value >> BigInt(second % bits)
  return bits <= 48 ? Number(chosen) : chosen
}

function* wordsOf(primaryType: string, index: number): Generator<Uint8Array, never> {
  for (let i = 0; ; i++) yield taggedHash(`test/${primaryType}`, u32(index), u32(i))
}
