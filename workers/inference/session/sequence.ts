import type { Decoder, KeyValueCache } from './decoder.ts'

/** Logits and final-norm rows of exactly the ids that were asked for, in order. */
export interface Answers {
  count: number
  /** Views of one row each, valid until the caller drops them. */
  logits(index: number): Float32Array
  row(index: number): Float32Array
}

/** Token ids whose keys and values are in the cache. One run at a time. */
export interface Sequence {
  readonly length: number
  /** Feeds `ids` (at least one) after what was fed. The sequence is unusable after a failure; dispose of it. */
  extend(ids: readonly number[]): Promise<Answers>
  /** Forgets everything from position `length` on. Costs nothing: the cache is overwritten in place. */
  truncate(length: number): void
  dispose(): void
}

/** Fed only to fill a run up; nothing after it ever attends to it. */
const FILLER_ID = 0

/**
 * Every run has at least `minimumRows` rows (protocol.md §4): one row uses other kernels than many. A shorter request is filled up
 * with the ids before it, fed again, or, at the very beginning, with filler after it, which is forgotten at once.
 */
export function createSequence(decoder: Decoder, minimumRows: number): Sequence {
  const { vocabularySize, hiddenSize } = decoder.config
  const fed: number[] = []
  let cache: KeyValueCache = decoder.emptyCache()

  return {
    get length() {
      return fed.length
    },
    async extend(ids) {
      const missing = Math.max(0, minimumRows - ids.length)
      const again = Math.min(missing, fed.length)
      const start = fed.length - again
      const filler = new Array<number>(missing - again).fill(FILLER_ID)
      if (start === 0 && fed.length > 0) {
        // A first run is recognised by its empty past.
        decoder.dispose(cache)
        cache = decoder.emptyCache()
      }
      const output = await decoder.run(cache, start, [...fed.slice(start), ...ids, ...filler])
      cache = output.cache
      fed.push(...ids)
      const view = (values: Float32Array, width: number, index: number) =>
        values.subarray((again + index) * width, (again + index + 1) * width)
      return {
        count: ids.length,
        logits: (index) => view(output.logits, vocabularySize, index),
        row: (index) => view(output.rows, hiddenSize, index),
      }
    },
    truncate(length) {
      fed.length = Math.min(fed.length, length)
    },
    dispose() {
      decoder.dispose(cache)
    },
  }
}
