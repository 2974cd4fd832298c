/** Positions by which a cache grows: growing copies it, and what is not used yet is copied with every run. */
const GROWTH = 64

export interface SlotCacheShape {
  layers: number
  keyValueHeads: number
  headDimension: number
  contextTokens: number
}

/**
 * Keys and values of one sequence in ordinary memory: for every layer keys, then values, each [kvHeads, room, headDim]. It is overwritten
 * in place, so a rollback costs nothing.
 */
export interface SlotCache {
  /** Positions that fit now. */
  readonly room: number
  /** The buffer of one layer's keys (`2 · layer`) or values (`2 · layer + 1`). */
  part(index: number): Float32Array
  /** Takes over positions `start` to `start + count` from [2 · layers, kvHeads, count, headDim]. */
  write(start: number, count: number, added: Float32Array): void
  /** The first `count` positions of another sequence. */
  copyFrom(other: SlotCache, count: number): void
}

export function createSlotCache(shape: SlotCacheShape): SlotCache {
  const { layers, keyValueHeads: heads, headDimension: width, contextTokens } = shape
  let room = 0
  let parts: Float32Array[] = Array.from({ length: 2 * layers }, () => new Float32Array(0))

  function grow(positions: number): void {
    if (positions <= room) return
    const next = Math.min(contextTokens, Math.ceil(positions / GROWTH) * GROWTH)
    parts = parts.map((old) => {
      const larger = new Float32Array(heads * next * width)
      for (let head = 0; head < heads; head++) {
        larger.set(old.subarray(head * room * width, (head + 1) * room * width), head * next * width)
      }
      return larger
    })
    room = next
  }

  return {
    get room() {
      return room
    },
    part: (index) => parts[index] ?? new Float32Array(0),
    write(start, count, added) {
      grow(start + count)
      const stride = count * width
      for (const [index, part] of parts.entries()) {
        for (let head = 0; head < heads; head++) {
          const from = (index * heads + head) * stride
          part.set(added.subarray(from, from + stride), (head * room + start) * width)
        }
      }
    },
    copyFrom(other, count) {
      grow(count)
      for (const [index, part] of parts.entries()) {
        for (let head = 0; head < heads; head++) {
          const from = head * other.room * width
          part.set(other.part(index).subarray(from, from + count * width), head * room * width)
        }
      }
    },
  }
}
