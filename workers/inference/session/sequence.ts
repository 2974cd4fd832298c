import type { FeedAnswers, SlotDecoder } from './slot-decoder.ts'

/** Token ids whose keys and values are in one slot. One run at a time. */
export interface Sequence {
  readonly length: number
  /** Feeds `ids` (at least one) after what was fed; answers for exactly these, valid until the next run. Unusable after a failure. */
  extend(ids: readonly number[]): Promise<FeedAnswers>
  /** Forgets everything from position `length` on. Costs nothing: the cache is overwritten in place. */
  truncate(length: number): void
}

/** Fed only to fill a run up; nothing after it ever attends to it. */
const FILLER_ID = 0

/**
 * Every run has at least `minimumRows` rows (protocol.md §4): one row uses other kernels than many. A shorter request is filled up
 * with the ids before it, fed again, or, at the very beginning, with filler after it, which is forgotten at once.
 */
export function createSequence(decoder: SlotDecoder, slot: number, minimumRows: number): Sequence {
  const fed: number[] = []

  return {
    get length() {
      return fed.length
    },
    async extend(ids) {
      const missing = Math.max(0, minimumRows - ids.length)
      const again = Math.min(missing, fed.length)
      const start = fed.length - again
      const filler = new Array<number>(missing - again).fill(FILLER_ID)
      const [answers] = await decoder.run([
        { slot, start, ids: [...fed.slice(start), ...ids, ...filler], wantedFrom: again, wantedCount: ids.length },
      ])
      if (answers === undefined) throw new Error('one feed has one answer')
      fed.push(...ids)
      return answers
    },
    truncate(length) {
      fed.length = Math.min(fed.length, length)
    },
  }
}
