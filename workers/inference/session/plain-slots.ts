import type { Decoder, KeyValueCache } from './decoder.ts'
import type { Feed, FeedAnswers, SlotDecoder } from './slot-decoder.ts'

export interface PlainSlotsOptions {
  slots: number
  contextTokens: number
  /** The graph takes all of its past as read, so the cache must not be longer. */
  exactPast: boolean
}

/**
 * Slots over a graph as it was exported: one sequence a run, its cache passed in and out. Slow, and right for every graph: the simple
 * loop that the other paths are compared with, and what runs where they cannot.
 */
export function createPlainSlots(
  decoder: Decoder,
  { slots, contextTokens, exactPast }: PlainSlotsOptions,
): SlotDecoder {
  const { vocabularySize, hiddenSize } = decoder.config
  const caches = new Map<number, KeyValueCache>()

  function forget(slot: number): void {
    const cache = caches.get(slot)
    if (cache !== undefined) decoder.dispose(cache)
    caches.delete(slot)
  }

  /** A first run is recognised by its empty past. */
  function cacheOf(slot: number, start: number): KeyValueCache {
    if (start === 0) forget(slot)
    const cache = caches.get(slot) ?? decoder.emptyCache()
    // The run consumes it, also when it fails.
    caches.delete(slot)
    return exactPast ? decoder.cut(cache, start) : cache
  }

  async function feedOne({ slot, start, ids, wantedFrom, wantedCount }: Feed): Promise<FeedAnswers> {
    const output = await decoder.run(cacheOf(slot, start), start, ids)
    caches.set(slot, output.cache)
    const view = (values: Float32Array, width: number, index: number) =>
      values.subarray((wantedFrom + index) * width, (wantedFrom + index + 1) * width)
    return {
      count: wantedCount,
      logits: (index) => view(output.logits, vocabularySize, index),
      row: (index) => view(output.rows, hiddenSize, index),
    }
  }

  return {
    config: decoder.config,
    slots,
    contextTokens,
    packing: 'single',
    stepRows: Number.POSITIVE_INFINITY,
    exactRows: null,
    copyPrefix: null,
    resident: null,
    async run(feeds) {
      const answers: FeedAnswers[] = []
      for (const feed of feeds) answers.push(await feedOne(feed))
      return answers
    },
    async release() {
      for (const slot of caches.keys()) forget(slot)
      await decoder.release()
    },
  }
}
