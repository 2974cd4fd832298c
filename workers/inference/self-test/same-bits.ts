/** Bits, not numbers: −0 is not 0 here, and a NaN equals itself. */
export function sameBits(a: Float32Array, b: Float32Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length)
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length)
  return left.every((bits, i) => bits === right[i])
}
