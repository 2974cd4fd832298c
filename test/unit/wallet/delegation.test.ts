import { TypedDataEncoder } from 'ethers'
import { hashStruct } from 'viem'
import { expect, test } from 'vitest'
import { chainDomain } from '../../../src/protocol/channel/chain-domain.ts'
import {
  buildDelegation,
  DELEGATION_TYPES,
  delegationDigest,
  delegationMessage,
  keyIdOf,
  MAX_SESSION_SECONDS,
  POSSESSION_TYPES,
  possessionDigest,
  SCOPE_PAY,
  SCOPE_SERVE,
  signerOf,
} from '../../../src/protocol/channel/delegation.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { CHAIN_TYPES } from '../../../src/wallet/abi/typed-data.gen.ts'
import { address, SAMPLE_NETWORK as network } from './sample-network.ts'

const publicKey = Uint8Array.from({ length: 64 }, (_, i) => i)
const wish = {
  network,
  wallet: address(7),
  publicKey,
  scope: SCOPE_SERVE | SCOPE_PAY,
  cap: 2n ** 100n + 1n,
  nowSeconds: 1_800_000_000.9,
  lifetimeSeconds: MAX_SESSION_SECONDS,
  origin: 'https://locus.example',
}

test('what is signed has the shape that the contracts read', () => {
  expect(DELEGATION_TYPES.SessionDelegation).toEqual(CHAIN_TYPES.SessionDelegation)
  expect(POSSESSION_TYPES.SessionPossession).toEqual(CHAIN_TYPES.SessionPossession)
})

test('a signer is the verifier and the key, and its id the hash of both', () => {
  const signer = signerOf(publicKey, '0x00000000000000000000000000000000000000A1')
  expect(signer).toBe(`0x${'a1'.padStart(40, '0')}${bytesToHex(publicKey)}`)
  expect(keyIdOf(signer)).toMatch(/^0x[0-9a-f]{64}$/)
  expect(() => signerOf(publicKey.slice(1), address(1))).toThrow(RangeError)
})

test('a delegation lasts as long as it is wished, and never longer than the contract allows', () => {
  const terms = buildDelegation(wish)
  expect(terms.validUntil - terms.validAfter).toBe(MAX_SESSION_SECONDS)
  expect(terms.validAfter).toBeLessThan(1_800_000_000)
  expect(terms).toMatchObject({ scope: 5, cap: 2n ** 100n + 1n, origin: 'https://locus.example' })
})

test.each([
  [{ scope: 0 }],
  [{ scope: 8 }],
  [{ scope: 1.5 }],
  [{ cap: -1n }],
  [{ cap: 2n ** 128n }],
  [{ lifetimeSeconds: MAX_SESSION_SECONDS + 1 }],
  [{ lifetimeSeconds: 0 }],
  [{ origin: 'x'.repeat(101) }],
])('what the contract or a person’s screen would refuse is not built: %o', (change) => {
  expect(() => buildDelegation({ ...wish, ...change })).toThrow(RangeError)
})

test('both digests are those of an independent implementation', () => {
  const terms = buildDelegation(wish)
  const domain = chainDomain(network, 'sessionRegistry')
  const message = delegationMessage(terms)
  const mutable = (types: object): Record<string, { name: string; type: string }[]> => structuredClone(types) as never
  expect(`0x${bytesToHex(delegationDigest(network, terms))}`).toBe(
    TypedDataEncoder.hash(domain, mutable(DELEGATION_TYPES), message),
  )
  const delegation = hashStruct({ types: DELEGATION_TYPES, primaryType: 'SessionDelegation', data: message })
  expect(`0x${bytesToHex(possessionDigest(network, terms))}`).toBe(
    TypedDataEncoder.hash(domain, mutable(POSSESSION_TYPES), { delegation }),
  )
})
