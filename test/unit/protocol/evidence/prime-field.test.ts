import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate, FIELD_PRIME, interpolate, inverseTable } from '../../../../src/protocol/evidence/prime-field.ts'

const elements = fc.integer({ min: 0, max: FIELD_PRIME - 1 })
const points = fc.uniqueArray(fc.tuple(elements, elements), { maxLength: 128, selector: ([x]) => x })

test('the modulus is prime, or there would be no inverses', () => {
  const divisors = Array.from({ length: Math.floor(Math.sqrt(FIELD_PRIME)) - 1 }, (_, i) => i + 2)
  expect(divisors.some((divisor) => FIELD_PRIME % divisor === 0)).toBe(false)
})

test('an element times its inverse is one, for every element but zero', () => {
  const inverse = inverseTable()
  for (let a = 1; a < FIELD_PRIME; a++) {
    if ((a * (inverse[a] as number)) % FIELD_PRIME !== 1) expect.fail(`inverse of ${a}`)
  }
  expect(inverse.length).toBe(FIELD_PRIME)
})

test('a polynomial has the values that its sum of powers has', () => {
  fc.assert(
    fc.property(fc.array(elements, { maxLength: 128 }), elements, (coefficients, x) => {
      const plain = coefficients.reduceRight((sum, c) => (sum * BigInt(x) + BigInt(c)) % BigInt(FIELD_PRIME), 0n)
      expect(evaluate(Uint16Array.from(coefficients), x)).toBe(Number(plain))
    }),
  )
})

test('the largest elements do not overflow', () => {
  const most = FIELD_PRIME - 1
  // (p − 1)·(p − 1) + (p − 1) ≡ 1 − 1.
  expect(evaluate(Uint16Array.of(most, most), most)).toBe(0)
})

test('the interpolated polynomial goes through its points', () => {
  fc.assert(
    fc.property(points, (all) => {
      const coefficients = interpolate(
        Uint16Array.from(all, ([x]) => x),
        Uint16Array.from(all, ([, y]) => y),
      )
      expect(coefficients.length).toBe(all.length)
      for (const [x, y] of all) expect(evaluate(coefficients, x)).toBe(y)
    }),
  )
})

test('values of a polynomial give that polynomial back', () => {
  fc.assert(
    fc.property(fc.array(elements, { minLength: 1, maxLength: 128 }), elements, (coefficients, start) => {
      const polynomial = Uint16Array.from(coefficients)
      const xs = Uint16Array.from(coefficients, (_, i) => (start + i * 501) % FIELD_PRIME)
      expect(
        interpolate(
          xs,
          xs.map((x) => evaluate(polynomial, x)),
        ),
      ).toEqual(polynomial)
    }),
  )
})

test('two values at one place have no polynomial', () => {
  expect(() => interpolate(Uint16Array.of(5, 5), Uint16Array.of(1, 2))).toThrow(RangeError)
})
