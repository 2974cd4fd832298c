/**
 * ln and exp from IEEE-754 additions, multiplications and divisions alone. ECMAScript leaves the last bit of `Math.log` and
 * `Math.exp` to the engine (ECMA-262 §21.3.2); a rule that two browsers must repeat cannot.
 */
const LN2_HIGH = 0.69314718036912381649
const LN2_LOW = 1.90821492927058770002e-10
const SQRT_HALF = Math.SQRT1_2
const LN_TERMS = 11
const EXP_TERMS = 14

/** Natural logarithm of a positive, finite, normal number; within 2 ulp. */
export function ln(x: number): number {
  const { mantissa, exponent } = split(x)
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  // 2·artanh(s), |s| ≤ 0.172: eleven odd terms reach 1e-18.
  let sum = 0
  for (let n = 2 * LN_TERMS - 1; n >= 1; n -= 2) sum = sum * square + 1 / n
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW)
}

/** e to the power of x for x ≤ 0; 0 below −700, where probabilities no longer matter. */
export function exp(x: number): number {
  if (x < -700) return 0
  const k = Math.round(x / (LN2_HIGH + LN2_LOW))
  const r = x - k * LN2_HIGH - k * LN2_LOW
  // Taylor, Horner from the last term, |r| ≤ 0.35.
  let sum = 1
  for (let n = EXP_TERMS; n >= 1; n--) sum = 1 + (r / n) * sum
  return sum * powerOfTwo(k)
}

const bits = new DataView(new ArrayBuffer(8))

/** x = mantissa · 2^exponent with the mantissa in [√½, √2). */
function split(x: number): { mantissa: number; exponent: number } {
  bits.setFloat64(0, x)
  const high = bits.getUint32(0)
  const exponent = (high >>> 20) - 1_022
  bits.setUint32(0, (high & 0x000f_ffff) | (1_022 << 20))
  const mantissa = bits.getFloat64(0)
  return mantissa < SQRT_HALF ? { mantissa: mantissa * 2, exponent: exponent - 1 } : { mantissa, exponent }
}

function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1_023) << 20)
  bits.setUint32(4, 0)
  return bits.getFloat64(0)
}
