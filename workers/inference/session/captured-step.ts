import type { StaticCache } from './captured-cache.ts'
import { BYTES_OF, type CapturedGraph } from './captured-graph.ts'
import type { GpuBuffers } from './gpu-buffers.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtTensor } from './ort-api.ts'

/** Ids of one lane, at positions `start` onwards. */
export interface LaneRows {
  start: number
  ids: readonly number[]
}

/** Sizes of a run. */
export interface StepShape {
  batch: number
  rows: number
  /** Rows of each lane that the head multiplies. */
  wanted: number
}

/** Buffers for runs of up to a shape's sizes. */
export interface StepBuffers {
  /** int32 [batch, rows]. */
  ids: GPUBuffer
  /** int32 [batch]. */
  seqlens: GPUBuffer
  /** int32 [1]. */
  total: GPUBuffer
  /** int64 [batch, rows]. */
  positions: GPUBuffer | null
  /** int32 [wanted]. */
  wanted: GPUBuffer
  /** [batch, wanted, vocabularySize]. */
  logits: GPUBuffer
  /** float32 [batch, wanted, hiddenSize]. */
  hidden: GPUBuffer
}

/** One shape of run, bound to its buffers once: a captured graph replays on exactly these. */
export interface Step {
  readonly shape: StepShape
  readonly buffers: StepBuffers
  readonly feeds: Record<string, OrtTensor>
  readonly fetches: Record<string, OrtTensor>
}

export interface StepModel {
  ort: Ort
  graph: CapturedGraph
  config: ModelConfig
}

export function allocateStep({ graph, config }: StepModel, gpuBuffers: GpuBuffers, shape: StepShape): StepBuffers {
  const count = shape.batch * shape.rows
  const wanted = shape.batch * shape.wanted
  return {
    ids: gpuBuffers.storage(count * 4),
    seqlens: gpuBuffers.storage(shape.batch * 4),
    total: gpuBuffers.storage(4),
    positions: graph.positions === null ? null : gpuBuffers.storage(count * 8),
    wanted: gpuBuffers.storage(shape.wanted * 4),
    logits: gpuBuffers.storage(wanted * config.vocabularySize * BYTES_OF[graph.logitsType]),
    hidden: gpuBuffers.storage(wanted * config.hiddenSize * 4),
  }
}

export function bindStep(
  { ort, graph, config }: StepModel,
  buffers: StepBuffers,
  cache: StaticCache,
  shape: StepShape,
): Step {
  const { batch, rows, wanted } = shape
  const { past, present } = cache.bind(batch)
  function tensor(buffer: GPUBuffer, dataType: 'int32' | 'int64' | 'float32' | 'float16', dims: number[]): OrtTensor {
    return ort.Tensor.fromGpuBuffer(buffer, { dataType, dims })
  }
  const feeds: Record<string, OrtTensor> = {
    ...past,
    [graph.ids]: tensor(buffers.ids, 'int32', [batch, rows]),
    [graph.seqlens]: tensor(buffers.seqlens, 'int32', [batch]),
    [graph.total]: tensor(buffers.total, 'int32', [1]),
    [graph.wanted]: tensor(buffers.wanted, 'int32', [wanted]),
  }
  if (graph.positions !== null && buffers.positions !== null) {
    feeds[graph.positions] = tensor(buffers.positions, 'int64', [batch, rows])
  }
  const fetches = {
    ...present,
    [graph.logits]: tensor(buffers.logits, graph.logitsType, [batch, wanted, config.vocabularySize]),
    [graph.rows]: tensor(buffers.hidden, 'float32', [batch, wanted, config.hiddenSize]),
  }
  return { shape, buffers, feeds, fetches }
}

/** Puts ids and lengths in place: one entry per lane of the step, each of exactly as many ids as the step has rows. */
export function writeStep(queue: GPUQueue, step: Step, lanes: readonly LaneRows[], wanted: readonly number[]): void {
  const { buffers, shape } = step
  const ends = lanes.map((lane) => lane.start + shape.rows)
  queue.writeBuffer(buffers.ids, 0, Int32Array.from(lanes.flatMap((lane) => lane.ids)))
  queue.writeBuffer(
    buffers.seqlens,
    0,
    Int32Array.from(ends, (end) => end - 1),
  )
  queue.writeBuffer(buffers.total, 0, Int32Array.of(Math.max(...ends)))
  queue.writeBuffer(buffers.wanted, 0, Int32Array.from(wanted))
  if (buffers.positions === null) return
  const values = lanes.flatMap((lane) => lane.ids.map((_, i) => BigInt(lane.start + i)))
  queue.writeBuffer(buffers.positions, 0, BigInt64Array.from(values))
}
