import * as ort from 'onnxruntime-web/wasm'
import type { AttentionLayer } from '../../../../../workers/inference/graph/find-attention.ts'

/** One thread, the referee's arithmetic; data files under the names that the model gives them. */
export async function openOnWasm(
  model: Uint8Array,
  externalData: readonly { path: string; data: Uint8Array }[] = [],
): Promise<ort.InferenceSession> {
  ort.env.wasm.numThreads = 1
  ort.env.logLevel = 'fatal'
  return ort.InferenceSession.create(model, { executionProviders: ['wasm'], externalData, logSeverityLevel: 4 })
}

export type Feeds = Record<string, ort.Tensor>

export const int64 = (values: number[], dims: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims)
export const int32 = (values: number[], dims: number[]) => new ort.Tensor('int32', Int32Array.from(values), dims)

export interface CacheShape {
  layers: readonly AttentionLayer[]
  headDimension: number
  batch?: number
  positions: number
}

/** A cache of zeros by the names of the pasts, with room for some positions. */
export function emptyCache({ layers, headDimension, batch = 1, positions }: CacheShape): Feeds {
  const feeds: Feeds = {}
  for (const { pastKey, pastValue, keyValueHeads, cacheType } of layers) {
    const dims = [batch, keyValueHeads, positions, headDimension]
    const size = dims.reduce((product, dim) => product * dim, 1)
    for (const name of [pastKey, pastValue]) {
      feeds[name] =
        cacheType === 10
          ? new ort.Tensor('float16', new Uint16Array(size), dims)
          : new ort.Tensor('float32', new Float32Array(size), dims)
    }
  }
  return feeds
}

/** The presents of a run, as the pasts of the next. */
export function nextCache(layers: readonly AttentionLayer[], outputs: Readonly<Record<string, ort.Tensor>>): Feeds {
  const feeds: Feeds = {}
  for (const { pastKey, pastValue, presentKey, presentValue } of layers) {
    for (const [past, present] of [
      [pastKey, presentKey],
      [pastValue, presentValue],
    ] as const) {
      const tensor = outputs[present]
      if (tensor === undefined) throw new Error(`no ${present}`)
      feeds[past] = tensor
    }
  }
  return feeds
}
