import { bfloat16Of } from './bfloat16.ts'

/** Points of one activation commitment: 258 bytes for 32 tokens, TOPLOC's own choice (arXiv 2501.16007). */
export const COMMITMENT_POINTS = 128

/** f32 bits, without sign, from which rounding to bfloat16 gives infinity: 0x7f7f is odd, so the tie goes up. */
const F32_OVERFLOW = 0x7f7f_8000
const INDEX_RANGE = 2 ** 32

/** The largest values of a stream of rows, by rank. */
export interface TopValues {
  /** [k] flat indices: row · hidden + dimension. */
  indices: Uint32Array
  /** [k] bfloat16 bits. */
  bits: Uint16Array
}

export interface TopValuesCollector {
  /** The next row, [hidden]; read now, not kept. At most 2³² values in all. */
  add(row: Float32Array): void
  /** Descending by magnitude, equal magnitudes by ascending index. Rows may still be added. */
  values(): TopValues
}

/**
 * Keeps the 128 largest values by magnitude, after rounding to bfloat16; of equal magnitudes the smaller flat index; what is not finite,
 * never. One comparison for each value that does not enter, a heap of 128 keys for those that do.
 */
export function createTopValues(): TopValuesCollector {
  // A min-heap: key = magnitude · 2³³ + (2³² − 1 − index) · 2 + sign. Indices differ, so the sign never decides.
  const heap = new Float64Array(COMMITMENT_POINTS)
  let size = 0
  let seen = 0
  /** Of the f32 values that still enter, without sign. */
  let leastMagnitude = 0

  function enter(bits: number, index: number): void {
    const key = (bits & 0x7fff) * 2 * INDEX_RANGE + (INDEX_RANGE - 1 - index) * 2 + (bits >>> 15)
    if (size < COMMITMENT_POINTS) siftUp(heap, size++, key)
    else siftDown(heap, key)
    if (size === COMMITMENT_POINTS) leastMagnitude = leastAbove(Math.floor((heap[0] as number) / (2 * INDEX_RANGE)))
  }

  return {
    add(row) {
      const words = new Int32Array(row.buffer, row.byteOffset, row.length)
      let least = leastMagnitude
      for (let i = 0; i < words.length; i++) {
        const word = words[i] as number
        const magnitude = word & 0x7fff_ffff
        if (magnitude < least || magnitude >= F32_OVERFLOW) continue
        enter(bfloat16Of(word), seen + i)
        least = leastMagnitude
      }
      seen += words.length
    },
    values() {
      const keys = heap.subarray(0, size).toSorted()
      const indices = new Uint32Array(size)
      const bits = new Uint16Array(size)
      for (let i = 0; i < size; i++) {
        const key = keys[size - 1 - i] as number
        const magnitude = Math.floor(key / (2 * INDEX_RANGE))
        const below = key - magnitude * 2 * INDEX_RANGE
        indices[i] = INDEX_RANGE - 1 - Math.floor(below / 2)
        bits[i] = magnitude | ((below % 2) << 15)
      }
      return { indices, bits }
    },
  }
}

/**
 * The least f32 magnitude that rounds above the bfloat16 magnitude `floor`: half a step more, and one bit again if the tie goes down.
 * A later value of the same rounded magnitude has the larger index, so it never enters.
 */
function leastAbove(floor: number): number {
  return floor * 0x1_0000 + 0x8000 + (1 - (floor & 1))
}

function siftUp(heap: Float64Array, end: number, key: number): void {
  let at = end
  while (at > 0) {
    const parent = (at - 1) >> 1
    if ((heap[parent] as number) <= key) break
    heap[at] = heap[parent] as number
    at = parent
  }
  heap[at] = key
}

/** Replaces the least key. */
function siftDown(heap: Float64Array, key: number): void {
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++
    if ((heap[child] as number) >= key) break
    heap[at] = heap[child] as number
    at = child
  }
  heap[at] = key
}
