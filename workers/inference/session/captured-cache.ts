import { BYTES_OF, type CachePair, type FloatType } from './captured-graph.ts'
import type { GpuBuffers } from './gpu-buffers.ts'
import type { Ort, OrtTensor } from './ort-api.ts'

export interface CacheShape {
  lanes: number
  kvHeads: number
  /** Positions that a lane has room for. */
  positions: number
  headDim: number
  type: FloatType
}

/** Keys and values of every layer, one GPU buffer each, [lanes, kvHeads, positions, headDim]: past and present in one. */
export interface StaticCache {
  readonly shape: CacheShape
  /** Key and value of each layer, in turn. */
  readonly buffers: readonly GPUBuffer[]
  /** The first `batch` lanes as inputs and as outputs, by name. */
  bind(batch: number): { past: Record<string, OrtTensor>; present: Record<string, OrtTensor> }
}

export function createStaticCache(
  ort: Ort,
  buffers: GpuBuffers,
  layers: readonly CachePair[],
  shape: CacheShape,
): StaticCache {
  const bytes = shape.lanes * headBytes(shape) * shape.kvHeads
  const pairs = layers.map((names) => ({ names, key: buffers.storage(bytes), value: buffers.storage(bytes) }))
  return {
    shape,
    buffers: pairs.flatMap(({ key, value }) => [key, value]),
    bind(batch) {
      const dims = [batch, shape.kvHeads, shape.positions, shape.headDim]
      const tensor = (buffer: GPUBuffer) => ort.Tensor.fromGpuBuffer(buffer, { dataType: shape.type, dims })
      const past: Record<string, OrtTensor> = {}
      const present: Record<string, OrtTensor> = {}
      for (const { names, key, value } of pairs) {
        past[names.pastKey] = tensor(key)
        past[names.pastValue] = tensor(value)
        present[names.presentKey] = tensor(key)
        present[names.presentValue] = tensor(value)
      }
      return { past, present }
    },
  }
}

export interface Lane {
  cache: StaticCache
  lane: number
}

/** Copies positions `start` to `end` of one lane into another of another cache: WebGPU refuses to copy within one buffer. */
export function copyPositions(encoder: GPUCommandEncoder, from: Lane, to: Lane, start: number, end: number): void {
  const { kvHeads, headDim, type } = from.cache.shape
  const positionBytes = headDim * BYTES_OF[type]
  const offset = ({ cache, lane }: Lane, head: number) =>
    (lane * kvHeads + head) * headBytes(cache.shape) + start * positionBytes
  for (const [i, source] of from.cache.buffers.entries()) {
    const target = to.cache.buffers[i]
    if (target === undefined) throw new Error('two caches of different models')
    for (let head = 0; head < kvHeads; head++) {
      encoder.copyBufferToBuffer(source, offset(from, head), target, offset(to, head), (end - start) * positionBytes)
    }
  }
}

/** What one head of one lane takes, in bytes. */
export function headBytes({ positions, headDim, type }: CacheShape): number {
  return positions * headDim * BYTES_OF[type]
}
