/**
 * Arithmetic modulo 65,497, the prime of TOPLOC (arXiv 2501.16007): it is above every finite bfloat16, and a product of two
 * elements stays below 2³², so that `Math.imul` computes it without rounding.
 */
export const FIELD_PRIME = 65_497

/** 2¹⁶ − p: a multiple of 2¹⁶ is this many times as much modulo p, which replaces every division. */
const FOLD = 0x1_0000 - FIELD_PRIME

/** `value` mod p for a u32, in any of JavaScript's two readings of its bits. */
function reduce(value: number): number {
  const once = (value >>> 16) * FOLD + (value & 0xffff)
  const twice = (once >>> 16) * FOLD + (once & 0xffff)
  return twice < FIELD_PRIME ? twice : twice - FIELD_PRIME
}

/** a·b + c for elements, integers in [0, p): below 2³² before it is reduced. */
function multiplyAdd(a: number, b: number, c: number): number {
  return reduce((Math.imul(a, b) + c) | 0)
}

/** a^(p − 2), which is 1/a by Fermat. Zero has no inverse: asking for one is the caller's mistake. @internal */
export function inverse(a: number): number {
  if (a === 0) throw new RangeError('zero has no inverse')
  let power = a
  let result = 1
  for (let bits = FIELD_PRIME - 2; bits > 0; bits >>>= 1) {
    if ((bits & 1) === 1) result = multiplyAdd(result, power, 0)
    power = multiplyAdd(power, power, 0)
  }
  return result
}

/** Σ coefficients[i]·xⁱ by Horner's rule. */
export function evaluate(coefficients: Uint16Array, x: number): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) value = multiplyAdd(value, x, coefficients[i] as number)
  return value
}

/**
 * Coefficients c0…c(k−1) of the one polynomial of degree below k through all (xs[i], ys[i]). Newton's form, point by point, written in
 * powers of x: P ← P + (yᵢ − P(xᵢ))/N(xᵢ)·N, then N ← N·(x − xᵢ). O(k²), with one inverse for each point.
 *
 * @param xs [k] distinct elements; a repeated one throws a RangeError
 * @param ys [k] elements
 */
export function interpolate(xs: Uint16Array, ys: Uint16Array): Uint16Array {
  const size = xs.length
  const polynomial = new Uint16Array(size)
  // N(x) = Π (x − xⱼ) over the points so far: degree `i`, leading coefficient 1.
  const newton = new Uint16Array(size + 1)
  newton[0] = 1
  for (let i = 0; i < size; i++) {
    const x = xs[i] as number
    const missing = reduce((ys[i] as number) + FIELD_PRIME - evaluate(polynomial.subarray(0, i), x))
    const factor = multiplyAdd(missing, inverse(evaluate(newton.subarray(0, i + 1), x)), 0)
    const minusX = reduce(FIELD_PRIME - x)
    let below = 0
    for (let j = 0; j <= i; j++) {
      const term = newton[j] as number
      polynomial[j] = multiplyAdd(factor, term, polynomial[j] as number)
      newton[j] = multiplyAdd(term, minusX, below)
      below = term
    }
    newton[i + 1] = below
  }
  return polynomial
}
