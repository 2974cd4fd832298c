import type { CapturedGraph } from '../../../../../workers/inference/session/captured-graph.ts'
import type { ModelConfig } from '../../../../../workers/inference/session/model-config.ts'
import type { Ort, OrtSession, OrtTensor } from '../../../../../workers/inference/session/ort-api.ts'

Object.assign(globalThis, {
  GPUBufferUsage: { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128, UNIFORM: 64 },
  GPUMapMode: { READ: 1 },
})

/** A buffer that is only memory. */
export interface MemoryBuffer {
  bytes: Uint8Array<ArrayBuffer>
  size: number
  destroyed: boolean
}

export const memoryOf = (buffer: GPUBuffer): MemoryBuffer => buffer as unknown as MemoryBuffer

/** A device that stores and copies, and computes nothing. Dispatches are handed to `onDispatch`. */
export function createMemoryGpu(onDispatch: (pipeline: unknown, group: unknown) => void = () => undefined) {
  const buffers: MemoryBuffer[] = []
  const submissions: number[] = []

  function createBuffer({ size }: { size: number }): GPUBuffer {
    const bytes = new Uint8Array(size)
    const memory = { bytes, size, destroyed: false }
    buffers.push(memory)
    return Object.assign(memory, {
      destroy: () => {
        memory.destroyed = true
      },
      mapAsync: async () => undefined,
      getMappedRange: (offset: number, length: number) => bytes.buffer.slice(offset, offset + length),
      unmap: () => undefined,
    }) as unknown as GPUBuffer
  }

  function createPass(work: (() => void)[]) {
    let pipeline: unknown = null
    let group: unknown = null
    const dispatch = () => {
      const [p, g] = [pipeline, group]
      work.push(() => onDispatch(p, g))
    }
    return {
      setPipeline: (next: unknown) => {
        pipeline = next
      },
      setBindGroup: (_: number, next: unknown) => {
        group = next
      },
      dispatchWorkgroups: dispatch,
      dispatchWorkgroupsIndirect: dispatch,
      end: () => undefined,
    }
  }

  function createCommandEncoder() {
    const work: (() => void)[] = []
    return {
      beginComputePass: () => createPass(work),
      copyBufferToBuffer(from: GPUBuffer, fromAt: number, to: GPUBuffer, toAt: number, length: number) {
        if (from === to) throw new Error('a copy within one buffer')
        if (fromAt % 4 !== 0 || toAt % 4 !== 0 || length % 4 !== 0) throw new Error('not a multiple of four')
        work.push(() => {
          memoryOf(to).bytes.set(memoryOf(from).bytes.subarray(fromAt, fromAt + length), toAt)
        })
      },
      finish: () => work,
    }
  }

  const queue = {
    writeBuffer(buffer: GPUBuffer, offset: number, data: ArrayBufferView) {
      memoryOf(buffer).bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset)
    },
    submit(commands: (() => void)[][]) {
      submissions.push(commands.length)
      for (const work of commands) for (const command of work) command()
    },
    onSubmittedWorkDone: async () => undefined,
  }
  const device = { createBuffer, createCommandEncoder, queue } as unknown as GPUDevice
  return { device, buffers, submissions }
}

export const TOY_CONFIG: ModelConfig = {
  layers: 1,
  keyValueHeads: 2,
  headDimension: 2,
  hiddenSize: 2,
  vocabularySize: 8,
  contextTokens: 32,
  stopIds: [],
}

export const TOY_GRAPH: CapturedGraph = {
  model: new Uint8Array(),
  ids: 'ids',
  seqlens: 'seqlens',
  total: 'total',
  positions: null,
  wanted: 'wanted',
  logits: 'logits',
  logitsType: 'float32',
  rows: 'rows',
  layers: [{ pastKey: 'pk', pastValue: 'pv', presentKey: 'ok', presentValue: 'ov' }],
  cacheType: 'float32',
  attentionWindow: null,
}

/** Tensors of ours are a buffer and its dimensions. */
export const TOY_ORT = {
  Tensor: { fromGpuBuffer: (buffer: GPUBuffer, { dims }: { dims: number[] }) => ({ gpuBuffer: buffer, dims }) },
} as unknown as Ort

/** What the toy answers where a lane holds `ids`: every id and its position count. */
export function toyRow(ids: readonly number[]): number {
  return ids.reduce((sum, id, position) => sum + (id + 1) * (position + 1), 0)
}

/** A decoder whose rows tell whether every earlier id lies where it should: it keeps the ids in its keys, in every head. */
export function createToySession(graphIds: string[] = []): OrtSession {
  const floats = (tensor: OrtTensor) => new Float32Array(memoryOf(tensor.gpuBuffer).bytes.buffer)
  const integers = (tensor: OrtTensor) => new Int32Array(memoryOf(tensor.gpuBuffer).bytes.buffer)
  return {
    async run(
      feeds: Record<string, OrtTensor>,
      fetches: Record<string, OrtTensor>,
      options: { extra: { gpu_graph_id: string } },
    ) {
      graphIds.push(options.extra.gpu_graph_id)
      const { ids, seqlens, wanted, pk } = feeds
      const { logits, rows } = fetches
      if (!ids || !seqlens || !wanted || !pk || !logits || !rows) throw new Error('a tensor is missing')
      const [batch = 0, count = 0] = ids.dims
      const [, heads = 0, room = 0, dim = 0] = pk.dims
      const keys = floats(pk)
      const answers = wanted.dims[0] ?? 0
      const at = (lane: number, head: number, position: number) => ((lane * heads + head) * room + position) * dim
      for (let lane = 0; lane < batch; lane++) {
        const first = (integers(seqlens)[lane] ?? 0) + 1 - count
        if (first < 0 || first + count > room) throw new Error('a row outside of its lane')
        for (let i = 0; i < count; i++) {
          for (let head = 0; head < heads; head++) {
            keys[at(lane, head, first + i)] = (integers(ids)[lane * count + i] ?? 0) + 1
          }
        }
        for (let answer = 0; answer < answers; answer++) {
          const last = first + (integers(wanted)[answer] ?? 0)
          let sum = 0
          for (let position = 0; position <= last; position++) {
            const held = Array.from({ length: heads }, (_, head) => keys[at(lane, head, position)] ?? 0)
            sum += held.every((id) => id === held[0]) ? (held[0] ?? 0) * (position + 1) : Number.NaN
          }
          const row = lane * answers + answer
          floats(rows).set([sum, first], row * TOY_CONFIG.hiddenSize)
          floats(logits).set(
            Array.from(
              { length: TOY_CONFIG.vocabularySize },
              (_, id) => -Math.abs(id - (sum % TOY_CONFIG.vocabularySize)),
            ),
            row * TOY_CONFIG.vocabularySize,
          )
        }
      }
      return fetches
    },
    release: async () => undefined,
  } as unknown as OrtSession
}
