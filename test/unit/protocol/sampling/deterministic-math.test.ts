import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exp, ln } from '../../../../src/protocol/sampling/deterministic-math.ts'

function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1)
}

test('ln agrees with Math.log to a few units in the last place', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
      fc.pre(Math.abs(Math.log(x)) > 1e-3)
      expect(relativeError(ln(x), Math.log(x))).toBeLessThan(1e-15)
    }),
  )
})

test('exp agrees with Math.exp to a few units in the last place', () => {
  fc.assert(
    fc.property(fc.double({ min: -600, max: 0, noNaN: true }), (x) => {
      expect(relativeError(exp(x), Math.exp(x))).toBeLessThan(1e-15)
    }),
  )
})

test('both are exact where they must be', () => {
  expect(ln(1)).toBe(0)
  expect(exp(0)).toBe(1)
  expect(exp(-1e9)).toBe(0)
})

test('the smallest and the largest noise word give finite noise', () => {
  for (const word of [0, 0xffffffff]) {
    expect(Number.isFinite(-ln(-ln((word + 0.5) / 2 ** 32)))).toBe(true)
  }
})
