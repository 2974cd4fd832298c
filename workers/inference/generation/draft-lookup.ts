/** Longest and shortest run of ids that must have been seen before. Two ids repeat by chance often enough; five add nothing. */
export const LONGEST_MATCH = 4
const SHORTEST_MATCH = 2

export interface Draft {
  ids: number[]
  /** How many ids before it were found together earlier; 0 when none were. */
  matched: number
}

export interface DraftLookup {
  /** Guesses at most `most` ids that follow `inputs`, which has grown, or was cut and has grown, since the last call. */
  propose(inputs: readonly number[], most: number): Draft
}

/**
 * What followed the last time: the newest ids are looked up in prompt and output, the longest match first, the latest of equal ones
 * (prompt lookup decoding, Saxena 2023). A guess costs a map access; whether it is right is the token rule's to say.
 */
export function createDraftLookup(): DraftLookup {
  const ends = Array.from({ length: LONGEST_MATCH + 1 }, () => new Map<number, number>())
  let indexed = 0

  /** Remembers every run of ids that ends before the newest id. */
  function index(inputs: readonly number[]): void {
    indexed = Math.min(indexed, inputs.length - 1)
    for (; indexed < inputs.length - 1; indexed++) {
      for (let length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
        ends[length]?.set(hashOf(inputs, indexed, length), indexed)
      }
    }
  }

  return {
    propose(inputs, most) {
      index(inputs)
      const last = inputs.length - 1
      for (let length = LONGEST_MATCH; most > 0 && length >= SHORTEST_MATCH; length--) {
        const end = ends[length]?.get(hashOf(inputs, last, length))
        if (end === undefined || end >= last || !sameRun(inputs, end, last, length)) continue
        return { ids: continuation(inputs, end + 1, most), matched: length }
      }
      return { ids: [], matched: 0 }
    },
  }
}

/** The `most` ids from `from` on; beyond the newest one, the guess goes on repeating itself. */
function continuation(inputs: readonly number[], from: number, most: number): number[] {
  const ids: number[] = []
  for (let i = 0; i < most; i++) ids.push(inputs[from + i] ?? ids[from + i - inputs.length] ?? 0)
  return ids
}

/** A mere hash: what it finds is compared. */
function hashOf(inputs: readonly number[], end: number, length: number): number {
  let hash = length
  for (let i = end - length + 1; i <= end; i++) hash = Math.imul(hash ^ (inputs[i] ?? -1), 0x9e3779b1) ^ (hash >>> 15)
  return hash
}

function sameRun(inputs: readonly number[], a: number, b: number, length: number): boolean {
  if (a < length - 1) return false
  for (let i = 0; i < length; i++) if (inputs[a - i] !== inputs[b - i]) return false
  return true
}
