import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { COMMITMENT_BYTES, createRowsCommitment } from '../../../../src/protocol/evidence/activation-commitment.ts'
import {
  CommitmentDistanceSchema,
  createCommitmentCheck,
} from '../../../../src/protocol/evidence/commitment-distance.ts'
import { FIELD_PRIME } from '../../../../src/protocol/evidence/prime-field.ts'
import { hexToBytes } from '../../../../src/protocol/hash.ts'
import { type RowsSource, rowsOf } from '../../../../tools/vectors/commitment-rows.ts'
import vectors from '../../../vectors/commitments.json' with { type: 'json' }

const EXACT = { exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 }

function commitTo(rows: readonly Float32Array[]): Uint8Array {
  const commitment = createRowsCommitment()
  for (const row of rows) commitment.add(row)
  return commitment.digest()
}

function distance(claim: Uint8Array | null, rows: readonly Float32Array[]) {
  const check = createCommitmentCheck(claim)
  for (const row of rows) check.add(row)
  return check.distance()
}

const rowLists = fc
  .integer({ min: 20, max: 40 })
  .chain((hidden) =>
    fc.array(fc.float32Array({ minLength: hidden, maxLength: hidden, noNaN: true }), { minLength: 1, maxLength: 8 }),
  )

test.each(vectors.distances)('the committed distance of "$name"', ({ claim, rows, distance: expected }) => {
  expect(distance(hexToBytes(claim), rowsOf(rows as RowsSource))).toEqual(expected)
})

test('equal rows are at no distance', () => {
  fc.assert(
    fc.property(rowLists, (rows) => {
      expect(distance(commitTo(rows), rows)).toMatchObject(EXACT)
    }),
  )
})

test('any change of any coefficient is a distance', () => {
  const rows = rowsOf({ kind: 'cubes', hidden: 192, rows: 32, key: [4, 4], drift: null })
  const claim = commitTo(rows)
  const changes = fc.integer({ min: 1, max: FIELD_PRIME - 1 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 128 }), changes, (word, change) => {
      const view = new DataView(claim.slice().buffer)
      view.setUint16(2 * word, (view.getUint16(2 * word) + change) % FIELD_PRIME)
      expect(distance(new Uint8Array(view.buffer), rows)).not.toMatchObject(EXACT)
    }),
  )
})

test('a larger drift is a larger distance, and other rows are the farthest', () => {
  const source = { kind: 'cubes', hidden: 192, rows: 32, key: [6, 1] } as const
  const claim = commitTo(rowsOf({ ...source, drift: null }))
  const at = (change: Partial<RowsSource & { kind: 'cubes' }>) =>
    distance(claim, rowsOf({ ...source, drift: null, ...change })) ?? expect.fail('no distance')
  const [fine, coarse, other] = [at({ drift: 10 }), at({ drift: 4 }), at({ key: [1, 6] })]
  expect(fine.mantissaMean).toBeLessThan(coarse.mantissaMean)
  expect(fine.exponentMismatches).toBeLessThan(coarse.exponentMismatches)
  expect(other.exponentMismatches).toBeGreaterThan(120)
})

test('the median of an even number is the lower middle', () => {
  const constant = new Uint8Array(COMMITMENT_BYTES)
  new DataView(constant.buffer).setUint16(0, FIELD_PRIME)
  new DataView(constant.buffer).setUint16(2, 0x4000)
  // 2, and 1, 3 and 9 last bits of bfloat16 above it.
  const rows = [Float32Array.of(2, 2 + 1 / 64, 2 + 3 / 64, 2 + 9 / 64)]
  expect(distance(constant, rows)).toEqual({
    points: 4,
    exponentMismatches: 0,
    mantissaMean: 13 / 4,
    mantissaMedian: 1,
  })
})

test('a checker that has no finite value has nothing to compare', () => {
  const claim = commitTo([Float32Array.of(1)])
  expect(distance(claim, [Float32Array.of(Number.NaN)])).toEqual({ points: 0, ...EXACT })
})

test.each<[string, Uint8Array | null]>([
  ['no claim', null],
  ['an empty claim', new Uint8Array()],
  ['a claim of zeros', new Uint8Array(COMMITMENT_BYTES)],
  ['a claim of ones', new Uint8Array(COMMITMENT_BYTES).fill(255)],
])('%s has no distance', (_what, claim) => {
  expect(distance(claim, [Float32Array.of(1, 2, 3)])).toBeNull()
})

test('whatever a stranger claims, the distance is null or one of the schema', () => {
  const claims = fc.uint8Array({ minLength: COMMITMENT_BYTES, maxLength: COMMITMENT_BYTES }).map((bytes) => {
    // Half of all random moduli are allowed, and of random coefficients one is usually too large.
    for (let i = 2; i < bytes.length; i += 2) bytes[i] = (bytes[i] as number) & 0x7f
    return bytes
  })
  fc.assert(
    fc.property(claims, rowLists, (claim, rows) => {
      expect(v.is(v.nullable(CommitmentDistanceSchema), distance(claim, rows))).toBe(true)
    }),
  )
})
