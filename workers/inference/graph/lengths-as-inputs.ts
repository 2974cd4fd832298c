import { dropPositions, foldRotary, positionsToFeed } from './fold-rotary.ts'
import type { GraphEdit } from './graph-edit.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import type { DecoderPlan } from './recognise-decoder.ts'
import { feedAllRows } from './wanted-rows.ts'

/** int32 [batch]: tokens of each row after the run, less one. */
export const SEQLENS_INPUT = 'locus.seqlens_k'
/** int32 [1]: the largest of them, plus one; the past may have room for more. */
export const TOTAL_INPUT = 'locus.total_len'

export interface LengthsInputs {
  /** Name of the token ids: int32 [batch, sequence]. */
  inputIds: string
  /** int64 [batch, sequence] where positions still have to be fed; null where each attention counts by itself. */
  positions: string | null
}

/**
 * Takes the attention mask out of a decoder: `locus.seqlens_k` and `locus.total_len` are fed instead, the token ids become int32, logits
 * are given for all rows, and rotary positions are counted by the attentions themselves where that is the same arithmetic. No node on
 * integers of 64 bits is left, so that a whole step can stay on a GPU (engine.md 2). Past and present may be one buffer.
 */
export function lengthsAsInputs(edit: GraphEdit, plan: DecoderPlan): LengthsInputs {
  const { index, lengths, layers, inputIds } = plan
  for (const node of lengths.nodes) edit.drop(node.field)
  for (const name of [lengths.mask, ...plan.unusedInputs]) {
    const field = index.inputs.get(name)
    if (field) edit.drop(field)
  }
  const [batch = '', sequence = ''] = inputIds.dims ?? []
  edit.addInput(SEQLENS_INPUT, DATA_TYPE.int32, [batch])
  edit.addInput(TOTAL_INPUT, DATA_TYPE.int32, [1])
  edit.retypeInput(inputIds.name, DATA_TYPE.int32, [batch, sequence])

  feedAllRows(edit, plan)
  dropPositions(edit, plan)
  for (const layer of layers) {
    const { inputs, attributes } = foldRotary(edit, plan, layer)
    inputs[5] = SEQLENS_INPUT
    inputs[6] = TOTAL_INPUT
    while (inputs.at(-1) === '') inputs.pop()
    edit.change(layer.node, { inputs, attributes })
  }
  return { inputIds: inputIds.name, positions: positionsToFeed(plan) }
}
