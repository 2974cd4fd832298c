import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'
import {
  BeaconChainSchema,
  BeaconRoundSchema,
  nextRoundAfter,
  randomnessOf,
  roundAt,
  roundTimeMs,
} from '../../../../src/protocol/selection/beacon.ts'
import { QUICKNET } from '../../../../src/protocol/selection/quicknet.ts'

const ROUND_1000 = {
  round: 1_000,
  signature: hexToBytes(
    'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
  ),
}
const GENESIS_MS = QUICKNET.genesisSeconds * 1_000

test('quicknet and one of its rounds are of the schema', () => {
  expect(v.is(BeaconChainSchema, QUICKNET)).toBe(true)
  expect(v.is(BeaconRoundSchema, ROUND_1000)).toBe(true)
})

test('the randomness of a round is the SHA-256 of its signature, as drand publishes it', () => {
  const published = 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'
  expect(bytesToHex(randomnessOf(ROUND_1000))).toBe(published)
})

test('round 1 is due at genesis, and each period brings another', () => {
  expect(roundAt(QUICKNET, GENESIS_MS - 1)).toBe(0)
  expect(roundAt(QUICKNET, GENESIS_MS)).toBe(1)
  expect(roundAt(QUICKNET, GENESIS_MS + 2_999)).toBe(1)
  expect(roundAt(QUICKNET, GENESIS_MS + 3_000)).toBe(2)
})

test('the next round is due later than now, and the one before it is not', () => {
  fc.assert(
    fc.property(fc.integer({ min: GENESIS_MS - 10_000, max: GENESIS_MS + 1e12 }), (now) => {
      const next = nextRoundAfter(QUICKNET, now)
      expect(roundTimeMs(QUICKNET, next)).toBeGreaterThan(now)
      if (next > 1) expect(roundTimeMs(QUICKNET, next - 1)).toBeLessThanOrEqual(now)
    }),
  )
})

test('rounds of a block chain count the same way', () => {
  const chain = {
    kind: 'chain-block' as const,
    chainId: 8_453,
    chainHash: 'ab'.repeat(32),
    genesisSeconds: 1_686_789_347,
    periodSeconds: 2,
  }
  expect(v.is(BeaconChainSchema, chain)).toBe(true)
  expect(roundAt(chain, 1_686_789_347_000 + 4_000)).toBe(3)
})

test('a round that is no round is refused: other lengths, round 0, another field', () => {
  const refused = [
    { ...ROUND_1000, signature: new Uint8Array(47) },
    { ...ROUND_1000, round: 0 },
    { ...ROUND_1000, round: 1.5 },
    { ...ROUND_1000, randomness: new Uint8Array(32) },
  ]
  for (const round of refused) expect(v.is(BeaconRoundSchema, round)).toBe(false)
})
