import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hexToBytes, sha256 } from '../../../../src/protocol/hash.ts'
import { isSignedBy, toLowS } from '../../../../src/protocol/receipt/signature.ts'
import { createNodeSessionKey } from '../../../doubles/node-session-key.ts'
import vectors from '../../../vectors/receipts.json' with { type: 'json' }

const ORDER = p256.Point.Fn.ORDER
const SECRET = hexToBytes(vectors.privateKey)
const KEY = hexToBytes(vectors.publicKey)
const DIGEST = new Uint8Array(32).fill(7)
const SIGNATURE = p256.sign(sha256(DIGEST), SECRET, { lowS: true, prehash: false })

/** The other signature of the same statement, which ECDSA alone would accept too. */
function withOtherS(signature: Uint8Array): Uint8Array {
  const { r, s } = p256.Signature.fromBytes(signature)
  return new p256.Signature(r, ORDER - s).toBytes('compact')
}

test('what a WebCrypto session key signed, it signed', async () => {
  const key = await createNodeSessionKey()
  const signature = await key.sign(DIGEST)
  expect(isSignedBy(key.publicKey, DIGEST, signature)).toBe(true)
  expect(isSignedBy(KEY, DIGEST, signature)).toBe(false)
})

test.each([...vectors.receipts, ...vectors.segments])('the committed signature of $digest is valid', (vector) => {
  expect(isSignedBy(KEY, hexToBytes(vector.digest), hexToBytes(vector.signature))).toBe(true)
})

test('the signed bytes are the SHA-256 of the digest, not the digest', () => {
  const ofDigest = p256.sign(DIGEST, SECRET, { lowS: true, prehash: false })
  expect(isSignedBy(KEY, DIGEST, SIGNATURE)).toBe(true)
  expect(isSignedBy(KEY, DIGEST, ofDigest)).toBe(false)
})

test('of the two signatures of one statement, only the one with the lower s counts', () => {
  expect(isSignedBy(KEY, DIGEST, withOtherS(SIGNATURE))).toBe(false)
  expect(isSignedBy(KEY, DIGEST, toLowS(withOtherS(SIGNATURE)))).toBe(true)
})

test('lowering s leaves a low one alone and is done once', () => {
  const other = withOtherS(SIGNATURE)
  expect(toLowS(SIGNATURE)).toEqual(SIGNATURE)
  expect(toLowS(other)).toEqual(SIGNATURE)
  expect(toLowS(toLowS(other))).toEqual(SIGNATURE)
})

test('any bit changed in digest, signature or key undoes it', () => {
  const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
    bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
  fc.assert(
    fc.property(fc.nat(255), fc.nat(511), (small, large) => {
      expect(isSignedBy(KEY, flip(DIGEST, small), SIGNATURE)).toBe(false)
      expect(isSignedBy(KEY, DIGEST, flip(SIGNATURE, large))).toBe(false)
      expect(isSignedBy(flip(KEY, large), DIGEST, SIGNATURE)).toBe(false)
    }),
    { numRuns: 40 },
  )
})

const compact = (r: bigint, s: bigint): Uint8Array =>
  hexToBytes(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'))

test.each<[string, Uint8Array]>([
  ['no bytes', new Uint8Array()],
  ['63 bytes', SIGNATURE.slice(1)],
  ['65 bytes, with a recovery id', Uint8Array.of(...SIGNATURE, 0)],
  ['64 zeros', new Uint8Array(64)],
  ['64 bytes of ones', new Uint8Array(64).fill(255)],
  ['r = 0', compact(0n, 1n)],
  ['s = 0', compact(1n, 0n)],
  ['r = the order', compact(ORDER, 1n)],
  ['s above the order', compact(1n, ORDER + 1n)],
])('a signature of %s is not valid, and nothing is thrown', (_what, signature) => {
  expect(isSignedBy(KEY, DIGEST, signature)).toBe(false)
})

test.each<[string, Uint8Array]>([
  ['no bytes', new Uint8Array()],
  ['65 bytes, with the prefix of its format', Uint8Array.of(4, ...KEY)],
  ['33 bytes, compressed', p256.getPublicKey(SECRET, true)],
  ['64 zeros', new Uint8Array(64)],
  ['a point beside the curve', KEY.map((byte, i) => (i === 63 ? byte ^ 1 : byte))],
  ['coordinates above the field', new Uint8Array(64).fill(255)],
])('a key of %s signed nothing, and nothing is thrown', (_what, key) => {
  expect(isSignedBy(key, DIGEST, SIGNATURE)).toBe(false)
})
