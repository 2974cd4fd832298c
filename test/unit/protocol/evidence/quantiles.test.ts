import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { descending, perMilleOf, quantilesOf, quantilesUpTo } from '../../../../src/protocol/evidence/quantiles.ts'

const numbers = fc.array(fc.double({ min: 0, max: 100, noNaN: true, noDefaultInfinity: true }), { maxLength: 3_000 })

test('quantiles of one to a thousand are the values of those ranks', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => 1_000 - i)
  expect(quantilesOf(values)).toEqual({ p50: 500, p99: 990, p999: 999, max: 1_000 })
})

test('of few values the upper quantiles are the largest one', () => {
  expect(quantilesOf([3, 1, 2])).toEqual({ p50: 2, p99: 3, p999: 3, max: 3 })
  expect(quantilesOf([])).toEqual({ p50: 0, p99: 0, p999: 0, max: 0 })
})

test('values that are left out count as zeros', () => {
  fc.assert(
    fc.property(numbers, fc.nat(5_000), fc.integer({ min: 1, max: 1_000 }), (values, zeros, perMille) => {
      const all = [...values, ...new Array<number>(zeros).fill(0)]
      const sparse = perMilleOf(descending(values), all.length, perMille)
      expect(sparse).toBe(perMilleOf(descending(all), all.length, perMille))
    }),
  )
})

test('whatever was measured, its quantiles are quantiles', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      expect(v.is(quantilesUpTo(100), quantilesOf(values))).toBe(true)
    }),
  )
})

test.each([
  { p50: 2, p99: 1, p999: 3, max: 3 },
  { p50: 0, p99: 1, p999: 3, max: 2 },
  { p50: 0, p99: 0, p999: 0, max: 101 },
  { p50: -1, p99: 0, p999: 0, max: 0 },
  { p50: 0, p99: 0, p999: 0 },
])('%o are no quantiles up to 100', (value) => {
  expect(v.is(quantilesUpTo(100), value)).toBe(false)
})
