import { addFinalNormTap, TAP_NAME } from '../graph/append-final-norm-tap.ts'
import { createGraphEdit } from '../graph/graph-edit.ts'
import { lengthsAsInputs, SEQLENS_INPUT, TOTAL_INPUT } from '../graph/lengths-as-inputs.ts'
import { DATA_TYPE } from '../graph/onnx-fields.ts'
import { type PlainGraph, recogniseDecoder } from '../graph/recognise-decoder.ts'
import { addWantedRows, WANTED_INPUT } from '../graph/wanted-rows.ts'

export type FloatType = 'float32' | 'float16'

export const BYTES_OF: Readonly<Record<FloatType, number>> = { float32: 4, float16: 2 }

/** A decoder graph that needs nothing from the processor during a run, by the names and formats of its parts. */
export interface CapturedGraph {
  /** A new buffer; weights in other files stay where they are. */
  model: Uint8Array
  /** int32 [batch, rows]. */
  ids: string
  /** int32 [batch]: tokens of each row after the run, less one. */
  seqlens: string
  /** int32 [1]: tokens of the longest row after the run. */
  total: string
  /** int64 [batch, rows], where positions have to be fed. */
  positions: string | null
  /** int32 [n]: rows that the head multiplies, the same of every batch. */
  wanted: string
  /** [batch, n, vocabularySize]. */
  logits: string
  logitsType: FloatType
  /** float32 [batch, n, hiddenSize]: the final-norm rows. */
  rows: string
  /** Keys and values, [batch, kvHeads, positions, headDim]; past and present may be one buffer. */
  layers: readonly CachePair[]
  cacheType: FloatType
  /** Positions that the most short-sighted layer attends to; null where all layers see everything. */
  attentionWindow: number | null
}

export interface CachePair {
  pastKey: string
  pastValue: string
  presentKey: string
  presentValue: string
}

/**
 * Lengths and wanted rows as inputs, the final-norm tap; the token head is a shader of our own (resident-shaders.ts).
 * Errors: `engine/model-unreadable | engine/model-unsupported | engine/out-of-memory`.
 */
export function prepareCapturedGraph(file: Uint8Array): CapturedGraph | PlainGraph {
  const plan = recogniseDecoder(file)
  if ('plain' in plan) return plan
  const edit = createGraphEdit(file, plan.index)
  const { inputIds, positions } = lengthsAsInputs(edit, plan)
  addFinalNormTap(edit, addWantedRows(edit, plan))
  const halves = plan.layers.filter((layer) => layer.cacheType === DATA_TYPE.float16).length
  if (halves !== 0 && halves !== plan.layers.length) return { plain: 'Its cache is of two number formats.' }
  const windows = plan.layers.map((layer) => layer.integers.get('local_window_size') ?? -1).filter((size) => size > 0)
  return {
    model: edit.write(),
    ids: inputIds,
    seqlens: SEQLENS_INPUT,
    total: TOTAL_INPUT,
    positions,
    wanted: WANTED_INPUT,
    logits: plan.head.logits,
    logitsType: plan.logitsType === DATA_TYPE.float16 ? 'float16' : 'float32',
    rows: TAP_NAME,
    layers: plan.layers.map(({ pastKey, pastValue, presentKey, presentValue }) => ({
      pastKey,
      pastValue,
      presentKey,
      presentValue,
    })),
    cacheType: halves === 0 ? 'float32' : 'float16',
    attentionWindow: windows.length === 0 ? null : Math.min(...windows),
  }
}
