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

let inverses: Uint16Array | null = null

/** [p] 1/a for every a but zero, made once in 0.5 ms: from p = q·a + r follows 1/a = −q/r. @internal tested element by element. */
export function inverseTable(): Uint16Array {
  if (inverses !== null) return inverses
  const table = new Uint16Array(FIELD_PRIME)
  table[1] = 1
  for (let a = 2; a < FIELD_PRIME; a++) {
    const quotient = Math.floor(FIELD_PRIME / a)
    table[a] = multiplyAdd(FIELD_PRIME - quotient, table[FIELD_PRIME % a] as number, 0)
  }
  inverses = table
  return table
}

/** Σ coefficients[i]·xⁱ by Horner's rule. */
export function evaluate(coefficients: Uint16Array, x: number): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) value = multiplyAdd(value, x, coefficients[i] as number)
  return value
}

/**
 * Coefficients c0…c(k−1) of the one polynomial of degree below k through all (xs[i], ys[i]): Newton's divided differences, then Horner's
 * rule from the last point to the first to write them in powers of x. k² multiplications, and every division is a look-up.
 *
 * @param xs [k] distinct elements; a repeated one throws a RangeError
 * @param ys [k] elements
 */
export function interpolate(xs: Uint16Array, ys: Uint16Array): Uint16Array {
  const size = xs.length
  const inverse = inverseTable()
  const newton = ys.slice()
  for (let order = 1; order < size; order++) {
    for (let i = size - 1; i >= order; i--) {
      const span = minus(xs[i] as number, xs[i - order] as number)
      if (span === 0) throw new RangeError('two points have one x')
      newton[i] = multiplyAdd(minus(newton[i] as number, newton[i - 1] as number), inverse[span] as number, 0)
    }
  }
  const polynomial = new Uint16Array(size)
  for (let i = size - 1; i >= 0; i--) {
    // P ← P·(x − xᵢ) + newtonᵢ, from the highest power down.
    const minusX = minus(0, xs[i] as number)
    for (let j = size - 1 - i; j > 0; j--) {
      polynomial[j] = multiplyAdd(polynomial[j] as number, minusX, polynomial[j - 1] as number)
    }
    polynomial[0] = multiplyAdd(polynomial[0] as number, minusX, newton[i] as number)
  }
  return polynomial
}

/** a − b for elements. */
function minus(a: number, b: number): number {
  return a >= b ? a - b : a - b + FIELD_PRIME
}
