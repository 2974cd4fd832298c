import { bls12_381 } from '@noble/curves/bls12-381.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hexToBytes } from '../../../../src/protocol/hash.ts'
import type { BeaconRound, DrandChain } from '../../../../src/protocol/selection/beacon.ts'
import {
  beaconPublicKey,
  beaconSecretKey,
  isBeaconRound,
  signBeaconRound,
} from '../../../../src/protocol/selection/beacon-signature.ts'
import { QUICKNET } from '../../../../src/protocol/selection/quicknet.ts'

const bls = bls12_381.shortSignatures
const OPERATOR = beaconSecretKey(new Uint8Array(48).fill(7))
const LOCAL: DrandChain = { ...QUICKNET, publicKey: beaconPublicKey(OPERATOR) }
const SIGNATURE_1000 = hexToBytes(
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
)

test('a published round of quicknet is one', () => {
  expect(isBeaconRound(QUICKNET, { round: 1_000, signature: SIGNATURE_1000 })).toBe(true)
})

test('the same signature for another round, a flipped bit of it, or another chain’s key is none', () => {
  const flipped = SIGNATURE_1000.with(20, (SIGNATURE_1000[20] as number) ^ 1)
  expect(isBeaconRound(QUICKNET, { round: 1_001, signature: SIGNATURE_1000 })).toBe(false)
  expect(isBeaconRound(QUICKNET, { round: 1_000, signature: flipped })).toBe(false)
  expect(isBeaconRound(LOCAL, { round: 1_000, signature: SIGNATURE_1000 })).toBe(false)
})

test('one round has one randomness: another encoding of the same point is refused', () => {
  const { ORDER } = bls12_381.fields.Fp
  // The first round whose x-coordinate leaves room for the modulus beside the three flag bits.
  const signed = Array.from({ length: 40 }, (_, i) => signBeaconRound(OPERATOR, i + 1)).find(({ signature }) => {
    return bls.Signature.fromBytes(signature).toAffine().x + ORDER < 2n ** 381n
  }) as BeaconRound
  const point = bls.Signature.fromBytes(signed.signature)
  const unreduced = hexToBytes((point.toAffine().x + ORDER).toString(16).padStart(96, '0'))
  unreduced[0] = (unreduced[0] as number) | ((signed.signature[0] as number) & 0xe0)
  expect(isBeaconRound(LOCAL, signed)).toBe(true)
  expect(isBeaconRound(LOCAL, { ...signed, signature: unreduced })).toBe(false)
  expect(isBeaconRound(LOCAL, { ...signed, signature: point.toBytes(false) })).toBe(false)
})

test('the point at infinity, and points outside the subgroup, sign nothing', () => {
  const infinity = new Uint8Array(48)
  infinity[0] = 0xc0
  const keyless: DrandChain = { ...QUICKNET, publicKey: `c0${'00'.repeat(95)}` }
  expect(isBeaconRound(QUICKNET, { round: 1_000, signature: infinity })).toBe(false)
  expect(isBeaconRound(keyless, { round: 1_000, signature: infinity })).toBe(false)
  const { Fp } = bls12_381.fields
  // On the curve y² = x³ + 4; one in 2¹²⁶ of its points is of the prime-order subgroup.
  const onCurve = [1n, 2n, 3n, 4n, 5n, 6n, 7n].filter((x) => {
    const square = Fp.create(x ** 3n + 4n)
    return Fp.pow(square, (Fp.ORDER - 1n) / 2n) === 1n
  })
  expect(onCurve).not.toEqual([])
  for (const x of onCurve) {
    const signature = hexToBytes(x.toString(16).padStart(96, '0')).with(0, 0x80)
    expect(isBeaconRound(QUICKNET, { round: 1_000, signature })).toBe(false)
  }
})

test('a block hash proves nothing by itself', () => {
  const { genesisSeconds, periodSeconds, chainHash } = QUICKNET
  const chain = { kind: 'chain-block' as const, chainId: 1, chainHash, genesisSeconds, periodSeconds }
  expect(isBeaconRound(chain, { round: 1, signature: new Uint8Array(32) })).toBe(false)
})

test('the check is total: whatever the bytes and the round, it answers', () => {
  const round = fc.oneof(fc.integer(), fc.double(), fc.constant(2 ** 53))
  fc.assert(
    fc.property(round, fc.uint8Array({ maxLength: 100 }), (number, signature) => {
      expect(isBeaconRound(QUICKNET, { round: number, signature })).toBe(false)
    }),
    { numRuns: 200 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (signature) => {
      expect(isBeaconRound(QUICKNET, { round: 1_000, signature })).toBe(false)
    }),
    { numRuns: 50 },
  )
})

test('a network of one machine signs its own rounds, and only its key vouches for them', () => {
  const signed = signBeaconRound(OPERATOR, 42)
  expect(signed.signature).toHaveLength(48)
  expect(isBeaconRound(LOCAL, signed)).toBe(true)
  expect(isBeaconRound(LOCAL, { ...signed, round: 43 })).toBe(false)
  expect(isBeaconRound(QUICKNET, signed)).toBe(false)
})
