import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Hex } from 'viem'
import { bytesToHex } from '../hash.ts'
import type { Receipt } from './receipt.ts'
import { keccak, structDigester, structHasher } from './struct-digest.ts'

/**
 * EIP-712 shapes of what a session key signs. The domain has no chain yet: nothing is settled on one, and a chain id that is not
 * checked would only look like a promise. Source: https://eips.ethereum.org/EIPS/eip-712.
 */
export const DOMAIN = { name: 'Locus', version: '1' } as const

export const RECEIPT_TYPES = {
  Receipt: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'modelRoot', type: 'bytes32' },
    { name: 'cell', type: 'bytes32' },
    { name: 'promptHash', type: 'bytes32' },
    { name: 'outputHash', type: 'bytes32' },
    { name: 'firstToken', type: 'uint32' },
    { name: 'tokenCount', type: 'uint32' },
    { name: 'finish', type: 'string' },
    { name: 'seed', type: 'bytes32' },
    { name: 'sampler', type: 'Sampler' },
    { name: 'requesterKey', type: 'bytes' },
    { name: 'providerKey', type: 'bytes' },
    { name: 'issuedAt', type: 'uint64' },
  ],
  Sampler: [
    { name: 'temperatureMilli', type: 'uint32' },
    { name: 'topK', type: 'uint32' },
    { name: 'topPMilli', type: 'uint32' },
  ],
} as const

export const SEGMENT_TYPES = {
  Segment: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'index', type: 'uint32' },
    { name: 'runningHash', type: 'bytes32' },
  ],
} as const

const hashSampler = structHasher(RECEIPT_TYPES, 'Sampler')
const digestReceipt = structDigester(DOMAIN, RECEIPT_TYPES, 'Receipt')
const digestSegment = structDigester(DOMAIN, SEGMENT_TYPES, 'Segment')

/** The 32 bytes that a provider's session key signs. */
export function receiptDigest(receipt: Receipt): Uint8Array {
  const { temperatureMilli, topK, topPMilli } = receipt.sampler
  return digestReceipt([
    receipt.jobId,
    receipt.modelRoot,
    receipt.cell,
    receipt.promptHash,
    receipt.outputHash,
    receipt.firstToken,
    receipt.tokenCount,
    keccak(utf8ToBytes(receipt.finish)),
    receipt.seed,
    hashSampler([temperatureMilli, topK, topPMilli]),
    keccak(receipt.requesterKey),
    keccak(receipt.providerKey),
    receipt.issuedAt,
  ])
}

/** The 32 bytes signed with every segment, so that a part delivered without a receipt is still attributed. */
export function segmentDigest(jobId: Uint8Array, index: number, runningHash: Uint8Array): Uint8Array {
  return digestSegment([jobId, index, runningHash])
}

/** Bytes as EIP-712 libraries take them. */
export function hex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`
}
