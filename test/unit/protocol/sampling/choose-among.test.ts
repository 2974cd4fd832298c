import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../../src/protocol/sampling/sampler.ts'
import { chooseAmong, chooseToken } from '../../../../src/protocol/sampling/token-rule.ts'

const KEY = noiseKeyOf(new Uint8Array(32).fill(7))

const samplers: fc.Arbitrary<Sampler> = fc.record({
  temperatureMilli: fc.constantFrom(0, 1, 500, 900, 2_000),
  topK: fc.integer({ min: 1, max: 64 }),
  topPMilli: fc.constantFrom(1, 300, 950, 1_000),
})

/** Few different values, so that many are equal; some are no numbers. */
const rows = fc
  .array(
    fc.oneof(
      fc.constantFrom(0, -0, 1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY),
      fc.float({ min: -10, max: 10, noNaN: true }),
    ),
    { minLength: 1, maxLength: 200 },
  )
  .map((values) => Float32Array.from(values))

function largestOf(row: Float32Array, count: number): Int32Array {
  const ids = [...row.keys()].filter((id) => !Number.isNaN(row[id]))
  return Int32Array.from(ids.toSorted((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b).slice(0, count))
}

test('the largest logits alone give the token that the whole row gives', () => {
  fc.assert(
    fc.property(
      rows,
      samplers,
      fc.nat({ max: 1_000 }),
      fc.integer({ min: 0, max: 8 }),
      (row, sampler, position, more) => {
        const ids = largestOf(row, (sampler.temperatureMilli === 0 ? 1 : sampler.topK) + more)
        const logits = Float32Array.from(ids, (id) => row[id] ?? 0)
        expect(chooseAmong(ids, logits, sampler, KEY, position)).toBe(chooseToken(row, sampler, KEY, position))
      },
    ),
  )
})

test('their order does not matter', () => {
  fc.assert(
    fc.property(rows, samplers, (row, sampler) => {
      const ids = largestOf(row, 64).toReversed()
      const logits = Float32Array.from(ids, (id) => row[id] ?? 0)
      expect(chooseAmong(ids, logits, sampler, KEY, 5)).toBe(chooseToken(row, sampler, KEY, 5))
    }),
  )
})

test('no candidate, or none that is a number, chooses nothing', () => {
  const sampler: Sampler = { temperatureMilli: 900, topK: 40, topPMilli: 950 }
  expect(chooseAmong(new Int32Array(0), new Float32Array(0), sampler, KEY, 0)).toBe(-1)
  expect(chooseAmong(Int32Array.of(3), Float32Array.of(Number.NaN), sampler, KEY, 0)).toBe(-1)
})
