import { findHead, type Head } from './find-head.ts'
import { createGraphEdit, type GraphEdit } from './graph-edit.ts'
import { type GraphLinks, linksOf } from './graph-links.ts'
import { unsupported } from './model-error.ts'
import { NotUnderstood } from './not-understood.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import { type GraphIndex, readGraph } from './read-graph.ts'
import { valueTypeOf } from './value-type.ts'
import { feedAllRows } from './wanted-rows.ts'

const LOGITS = 'logits'

/** float32 [batch, sequence, hidden] */
export const TAP_NAME = 'locus.final_norm'

/** A model with one more graph output. `model` is a new buffer; the input is left as it was. */
export interface TappedModel {
  model: Uint8Array
  /** Name of the added output: float32 [batch, sequence, hidden], the rows that the head multiplies. */
  tapName: string
}

/**
 * Adds the final-norm rows of a decoder as a graph output, by appending bytes: protobuf merges a repeated `graph` field, so nothing
 * that was in the file moves (protocol.md §4, Taps). The tensor is found by structure: the input of the product that makes `logits`.
 * Where an input says for how many of the last rows logits are wanted, it goes, and they are given for all.
 * The tap leaves through a Cast to float32, which copies float32 as it is: an output needs a type, and files need not say an inner tensor's.
 *
 * @throws CodedError `engine/model-unreadable` if the bytes are not an ONNX model; `engine/model-unsupported` if no final norm is found.
 */
export function appendFinalNormTap(model: Uint8Array): TappedModel {
  const index = readGraph(model)
  const logits = index.outputs.get(LOGITS)
  if (logits === undefined) throw unsupported(`it has no output named ${LOGITS}.`)
  const links = linksOf(index)
  const head = headOf(model, index, links)
  const edit = createGraphEdit(model, index)
  feedAllRows(edit, { index, links, head, logitsType: valueTypeOf(model, logits).dataType })
  addFinalNormTap(edit, head.rows)
  return { model: edit.write(), tapName: TAP_NAME }
}

function headOf(model: Uint8Array, index: GraphIndex, links: GraphLinks): Head {
  try {
    return findHead(model, index, links, LOGITS)
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    throw unsupported(
      error.message.replace(/^./, (first) => first.toLowerCase()),
      error.details,
      error,
    )
  }
}

/** The same as a part of a larger change. `rows` is what the head multiplies. */
export function addFinalNormTap(edit: GraphEdit, rows: string): void {
  edit.addNode({
    opType: 'Cast',
    inputs: [rows],
    outputs: [TAP_NAME],
    name: TAP_NAME,
    attributes: { to: DATA_TYPE.float },
  })
  edit.addOutput(TAP_NAME, DATA_TYPE.float)
}
