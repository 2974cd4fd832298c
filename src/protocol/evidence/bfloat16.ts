/**
 * bfloat16: the upper 16 bits of an f32, so 1 sign, 8 exponent and 7 mantissa bits. Everything here works on bit patterns, because a
 * float that passes through JavaScript may lose the payload of its NaN, and because two devices must round alike.
 */

/** Bits of `f32Bits`, an f32 as u32 or i32, rounded to nearest, ties to even. A NaN stays one. */
export function bfloat16Of(f32Bits: number): number {
  // A payload in the lower half would round to infinity, or carry into the sign.
  if ((f32Bits & 0x7fff_ffff) > 0x7f80_0000) return (f32Bits >>> 16) | 0x40
  const even = (f32Bits >>> 16) & 1
  return (f32Bits + 0x7fff + even) >>> 16
}

/** The f32, as u32 bits, that `bfloat16` names exactly. @internal */
export function f32BitsOf(bfloat16: number): number {
  return (bfloat16 << 16) >>> 0
}
