import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  COMMITMENT_BYTES,
  createRowsCommitment,
  faultOfCommitment,
  MIN_MODULUS,
} from '../../../../src/protocol/evidence/activation-commitment.ts'
import { FIELD_PRIME } from '../../../../src/protocol/evidence/prime-field.ts'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { type RowsSource, rowsOf } from '../../../../tools/vectors/commitment-rows.ts'
import { plainCommitment } from '../../../../tools/vectors/plain-commitment.ts'
import vectors from '../../../vectors/commitments.json' with { type: 'json' }

function commitTo(rows: readonly Float32Array[]): Uint8Array {
  const commitment = createRowsCommitment()
  for (const row of rows) commitment.add(row)
  return commitment.digest()
}

function u16At(bytes: Uint8Array, word: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(2 * word)
}

function withU16(bytes: Uint8Array, word: number, value: number): Uint8Array {
  const copy = bytes.slice()
  new DataView(copy.buffer).setUint16(2 * word, value)
  return copy
}

const rowLists = fc
  .integer({ min: 1, max: 40 })
  .chain((hidden) => fc.array(fc.float32Array({ minLength: hidden, maxLength: hidden }), { maxLength: 8 }))
const HONEST = commitTo([Float32Array.from({ length: 300 }, (_, i) => Math.fround(Math.sin(i)))])

test.each(vectors.commitments)('the committed commitment to "$name"', ({ rows, commitment }) => {
  const bytes = commitTo(rowsOf(rows as RowsSource))
  expect(bytesToHex(bytes)).toBe(commitment)
  expect(faultOfCommitment(bytes)).toBeNull()
})

test('the vectors have moduli below the largest', () => {
  const moduli = vectors.commitments.map(({ commitment }) => Number.parseInt(commitment.slice(0, 4), 16))
  expect(new Set(moduli).size).toBeGreaterThan(2)
})

test('any rows have one commitment of 258 bytes without fault, the one that plain arithmetic finds', () => {
  fc.assert(
    fc.property(rowLists, (rows) => {
      const bytes = commitTo(rows)
      expect(bytes.length).toBe(COMMITMENT_BYTES)
      expect(faultOfCommitment(bytes)).toBeNull()
      expect(bytes).toEqual(commitTo(rows.map((row) => row.slice())))
      expect(bytes).toEqual(plainCommitment(rows))
    }),
    { numRuns: 50 },
  )
})

test('how the values are cut into rows does not matter, what they are does', () => {
  const flat = Float32Array.from({ length: 256 }, (_, i) => Math.fround(Math.cos(i)))
  const whole = commitTo([flat])
  expect(commitTo([flat.subarray(0, 100), flat.subarray(100)])).toEqual(whole)
  const largest = flat.findIndex((value) => value === 1)
  expect(commitTo([flat.with(largest, 2)])).not.toEqual(whole)
})

test('the modulus is the largest that keeps the indices apart, where many collide', () => {
  // Of 32 rows of 4,096: the first value, and one in each row where some modulus just below the prime would fold onto it.
  const at = Array.from({ length: 20 }, (_, i) => FIELD_PRIME - i)
  const flat = new Float32Array(32 * 4_096).fill(Number.NaN)
  for (const [i, index] of [0, ...at].entries()) flat[index] = i + 1
  expect(u16At(commitTo([flat]), 0)).toBe(FIELD_PRIME - 20)
})

test('no set of 128 indices below 2¹⁷ rules out every modulus that is allowed', () => {
  // A difference d < 2¹⁷ has at most ⌊d / MIN_MODULUS⌋ ≤ 3 divisors of at least MIN_MODULUS.
  const differences = (128 * 127) / 2
  expect(Math.floor((2 ** 17 - 1) / MIN_MODULUS)).toBe(3)
  expect(3 * differences).toBeLessThan(FIELD_PRIME - MIN_MODULUS + 1)
})

test('no value at all is a commitment to nothing', () => {
  const nothing = commitTo([])
  expect(u16At(nothing, 0)).toBe(FIELD_PRIME)
  expect(nothing.subarray(2).every((byte) => byte === 0)).toBe(true)
  expect(commitTo([Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 3.4028235e38)])).toEqual(nothing)
})

test.each<[string, Uint8Array, string]>([
  ['a byte short', HONEST.subarray(1), 'length'],
  ['a byte long', new Uint8Array(259), 'length'],
  ['empty', new Uint8Array(), 'length'],
  ['all zero', new Uint8Array(258), 'modulus'],
  ['of a modulus that lets rows alias', withU16(HONEST, 0, 4_096), 'modulus'],
  ['of the largest modulus that is too small', withU16(HONEST, 0, 32_768), 'modulus'],
  ['of a modulus above the prime', withU16(HONEST, 0, FIELD_PRIME + 1), 'modulus'],
  ['of a first coefficient that is none', withU16(HONEST, 1, FIELD_PRIME), 'coefficient'],
  ['of a last coefficient that is none', withU16(HONEST, 128, 65_535), 'coefficient'],
])('bytes %s are no commitment', (_what, bytes, fault) => {
  expect(faultOfCommitment(bytes)).toBe(fault)
})

test('the edges of what is allowed are allowed', () => {
  expect(faultOfCommitment(withU16(HONEST, 0, 32_769))).toBeNull()
  expect(faultOfCommitment(withU16(HONEST, 0, FIELD_PRIME))).toBeNull()
  expect(faultOfCommitment(withU16(HONEST, 128, FIELD_PRIME - 1))).toBeNull()
})

test('random bytes of any length get an answer, not an exception', () => {
  const lengths = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: COMMITMENT_BYTES, maxLength: COMMITMENT_BYTES }),
  )
  fc.assert(
    fc.property(lengths, (bytes) => {
      expect([null, 'length', 'modulus', 'coefficient']).toContain(faultOfCommitment(bytes))
    }),
  )
})
