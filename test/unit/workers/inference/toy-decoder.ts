import type { Decoder, KeyValueCache } from '../../../../workers/inference/session/decoder.ts'
import type { OrtTensor } from '../../../../workers/inference/session/ort-api.ts'

export interface ToyRun {
  past: number
  ids: number[]
}

export interface ToyDecoder extends Decoder {
  readonly runs: ToyRun[]
  /** Caches handed out and not yet taken back. */
  readonly openCaches: number
}

export interface ToyOptions {
  vocabularySize?: number
  contextTokens?: number
  /** Added to the logit of token 0: what a device computes otherwise when a run has `rows` rows. */
  bias?: (rows: number, position: number) => number
  failAt?: { run: number; error: Error }
}

/** A device of known character: each row depends on every id before it, and, if asked, on how many rows its run has. */
export function createToyDecoder({
  vocabularySize = 16,
  contextTokens = 256,
  bias,
  failAt,
}: ToyOptions = {}): ToyDecoder {
  const runs: ToyRun[] = []
  const caches = new Map<KeyValueCache, number[]>()
  const hiddenSize = 2

  function open(ids: number[]): KeyValueCache {
    const cache: KeyValueCache = new Map<string, OrtTensor>()
    caches.set(cache, ids)
    return cache
  }

  return {
    config: {
      layers: 1,
      keyValueHeads: 1,
      headDimension: 1,
      hiddenSize,
      vocabularySize,
      contextTokens,
      stopIds: [],
    },
    runs,
    get openCaches() {
      return caches.size
    },
    emptyCache: () => open([]),
    cut: (cache) => cache,
    dispose: (cache) => {
      caches.delete(cache)
    },
    async run(cache, past, ids) {
      const before = caches.get(cache)
      if (before === undefined) throw new Error('this cache was already consumed')
      if (before.length < past) throw new Error('the cache is shorter than the past')
      if (past + ids.length > contextTokens) throw new Error('beyond the context')
      caches.delete(cache)
      runs.push({ past, ids: [...ids] })
      if (failAt?.run === runs.length) throw failAt.error
      const all = [...before.slice(0, past), ...ids]
      const logits = new Float32Array(ids.length * vocabularySize)
      const rows = new Float32Array(ids.length * hiddenSize)
      for (let i = 0; i < ids.length; i++) {
        const digest = digestOf(all.slice(0, past + i + 1))
        const extra = bias?.(ids.length, past + i) ?? 0
        rows.set([digest, extra], i * hiddenSize)
        for (let id = 0; id < vocabularySize; id++) logits[i * vocabularySize + id] = scramble(digest + id) % 97
        logits[i * vocabularySize] = (logits[i * vocabularySize] ?? 0) + extra
      }
      // As GroupQueryAttention does: what lay beyond is kept, overwritten where it was fed again.
      return { logits, rows, cache: open([...all, ...before.slice(all.length)]) }
    },
    release: async () => undefined,
  }
}

function digestOf(ids: readonly number[]): number {
  return ids.reduce((sum, id) => scramble(sum * 31 + id + 1) % 65_521, 7)
}

function scramble(value: number): number {
  return Math.abs(Math.imul(value ^ (value >>> 7), 0x9e3779b1) >>> 8)
}
