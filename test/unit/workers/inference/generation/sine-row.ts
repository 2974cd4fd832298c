/** A row of no particular meaning: different values, none of them zero. */
export function sineRow(hidden: number, start: number): Float32Array {
  return Float32Array.from({ length: hidden }, (_, i) => Math.sin(1 + start * hidden + i) * (1 + (i % 7)))
}
