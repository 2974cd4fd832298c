import { TAP_NAME } from '../graph/append-final-norm-tap.ts'
import { type PackedGraph, UNPACK_INPUT } from '../graph/pack-slots.ts'
import { WANTED_INPUT } from '../graph/wanted-rows.ts'
import { runFailed } from './decoder.ts'
import type { ModelConfig } from './model-config.ts'
import type { Ort, OrtSession, OrtTensor } from './ort-api.ts'
import { type PackedRows, packRows } from './pack-rows.ts'
import { createSlotCache, type SlotCache } from './slot-cache.ts'
import type { Feed, FeedAnswers, SlotDecoder } from './slot-decoder.ts'

/** A session over a graph that was packed for so many slots. */
export interface PackedSession {
  session: OrtSession
  graph: PackedGraph
}

export interface PackedDecoderOptions {
  slots: number
  contextTokens: number
  /** Rows that every run has at least: where products switch kernels on the row count, fewer rows give other bits. */
  runRows: number
}

/**
 * Slots on a processor: the rows of all feeds go through the model packed together, each slot attending on its own. Caches are kept here
 * and only what is new comes back. Of several sessions over the same weights the smallest that has room for the feeds is run.
 */
export function createPackedDecoder(
  ort: Ort,
  sessions: readonly PackedSession[],
  config: ModelConfig,
  { slots, contextTokens, runRows }: PackedDecoderOptions,
): SlotDecoder {
  const { vocabularySize, hiddenSize, layers, keyValueHeads, headDimension } = config
  const bySize = sessions.toSorted((a, b) => a.graph.slots.length - b.graph.slots.length)
  const shape = { layers, keyValueHeads, headDimension, contextTokens }
  const caches: SlotCache[] = Array.from({ length: slots }, () => createSlotCache(shape))
  /** What stands at each position of each slot: the last one of a context may have to be fed together with the one before it. */
  const fed: number[][] = Array.from({ length: slots }, () => [])

  const int64 = (values: readonly number[], dims = [values.length]): OrtTensor =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims)
  const int32 = (value: number): OrtTensor => new ort.Tensor('int32', Int32Array.of(value), [1])
  const bool = (value: boolean): OrtTensor => new ort.Tensor('bool', Uint8Array.of(value ? 1 : 0), [1])
  const cacheTensor = (data: Float32Array, room: number): OrtTensor =>
    new ort.Tensor('float32', data, [1, keyValueHeads, room, headDimension])
  const none = {
    rows: int64([]),
    zero: int64([0]),
    length: int32(0),
    total: int32(1),
    inactive: bool(false),
    active: bool(true),
  }
  const empty = cacheTensor(new Float32Array(0), 0)

  function tensorsOf({ graph }: PackedSession, packed: PackedRows): Record<string, OrtTensor> {
    const { ids } = packed
    const tensors: Record<string, OrtTensor> = {
      [graph.inputIds.name]:
        graph.inputIds.type === 'int64'
          ? int64(ids, [1, ids.length])
          : new ort.Tensor('int32', Int32Array.from(ids), [1, ids.length]),
      [UNPACK_INPUT]: int64(packed.unpack),
      [WANTED_INPUT]: new ort.Tensor('int32', Int32Array.from(packed.wanted), [packed.wanted.length]),
    }
    if (graph.positions !== null) tensors[graph.positions] = int64(packed.positions, [1, ids.length])
    for (const [place, names] of graph.slots.entries()) {
      const rows = packed.slots[place]
      const cache = rows === undefined ? null : caches[rows.slot]
      const conditional = graph.slots.length > 1
      if (conditional) tensors[names.active] = rows === undefined ? none.inactive : none.active
      tensors[names.rows] = rows === undefined ? none.rows : int64(rows.rows)
      tensors[names.seqlens] = rows === undefined ? none.length : int32(rows.total - 1)
      tensors[names.total] = rows === undefined ? none.total : int32(rows.total)
      tensors[names.from] = rows === undefined ? none.zero : int64([rows.start])
      tensors[names.to] = rows === undefined ? none.zero : int64([rows.start + rows.count])
      for (let layer = 0; layer < layers; layer++) {
        // A first run is recognised by its empty past.
        const past = (index: number) =>
          rows === undefined || cache == null || rows.start === 0 ? empty : cacheTensor(cache.part(index), cache.room)
        tensors[names.pastKeys[layer] ?? ''] = past(2 * layer)
        tensors[names.pastValues[layer] ?? ''] = past(2 * layer + 1)
      }
    }
    return tensors
  }

  async function run(feeds: readonly Feed[]): Promise<FeedAnswers[]> {
    const chosen = bySize.find(({ graph }) => graph.slots.length >= feeds.length)
    if (chosen === undefined) throw new Error(`${feeds.length} feeds do not fit into one run`)
    const { graph, session } = chosen
    const packed = packRows(feeds, {
      runRows,
      contextTokens,
      idAt: (slot, position) => fed[slot]?.[position] ?? 0,
    })
    const names = [graph.logits, TAP_NAME]
    const fetches = packed.anyWanted ? names : []
    for (const [place] of packed.slots.entries()) fetches.push(graph.slots[place]?.added ?? '')
    let outputs: Readonly<Record<string, OrtTensor>>
    try {
      outputs = await session.run(tensorsOf(chosen, packed), fetches)
    } catch (cause) {
      throw runFailed(cause)
    }
    for (const [place, rows] of packed.slots.entries()) {
      const added = outputs[graph.slots[place]?.added ?? '']?.data
      if (added instanceof Float32Array) caches[rows.slot]?.write(rows.start, rows.count, added)
    }
    for (const { slot, start, ids } of feeds) {
      const held = fed[slot]
      if (held !== undefined) held.splice(start, held.length, ...ids)
    }
    const logits = floats(outputs[graph.logits])
    const rows = floats(outputs[TAP_NAME])
    let next = 0
    return feeds.map(({ wantedCount }) => {
      const first = next
      next += wantedCount
      return {
        count: wantedCount,
        logits: (index) => logits.subarray((first + index) * vocabularySize, (first + index + 1) * vocabularySize),
        row: (index) => rows.subarray((first + index) * hiddenSize, (first + index + 1) * hiddenSize),
      }
    })
  }

  async function copyPrefix(from: number, to: number, tokens: number): Promise<void> {
    const [source, target] = [caches[from], caches[to]]
    if (source === undefined || target === undefined || from === to) return
    target.copyFrom(source, tokens)
    fed[to] = fed[from]?.slice(0, tokens) ?? []
  }

  async function release(): Promise<void> {
    for (const { session } of bySize) await session.release()
  }

  return {
    config,
    slots,
    contextTokens,
    packing: 'mixed',
    stepRows: Number.POSITIVE_INFINITY,
    exactRows: 1,
    resident: null,
    run,
    copyPrefix,
    release,
  }
}

function floats(tensor: OrtTensor | undefined): Float32Array {
  return tensor?.data instanceof Float32Array ? tensor.data : new Float32Array(0)
}
