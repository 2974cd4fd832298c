import type { AttentionLayer } from './find-attention.ts'
import type { GraphEdit } from './graph-edit.ts'
import type { DecoderPlan } from './recognise-decoder.ts'

export interface FoldedAttention {
  /** As the attention's `inputs`, 16 long. */
  inputs: string[]
  /** Integer attributes to set. */
  attributes: Record<string, number>
}

/** Name of the positions that still have to be fed once the rotations are folded; null where there are none. */
export function positionsToFeed({ positions }: DecoderPlan): string | null {
  return positions.foldable ? null : positions.input
}

/** Leaves out the positions' input where no attention needs to be told. */
export function dropPositions(edit: GraphEdit, { index, positions }: DecoderPlan): void {
  const field = positions.foldable && positions.input !== null ? index.inputs.get(positions.input) : undefined
  if (field) edit.drop(field)
}

/**
 * What an attention takes once it rotates queries and keys itself: the positions are then those that its lengths say, and the arithmetic
 * is that of the RotaryEmbedding nodes, which are left out. The same inputs as before where that cannot be, or is so already.
 */
export function foldRotary(edit: GraphEdit, { positions }: DecoderPlan, layer: AttentionLayer): FoldedAttention {
  const inputs = [...layer.inputs]
  if (positions.input === null || !positions.foldable) return { inputs, attributes: {} }
  inputs[9] = ''
  const pair = positions.rotary.get(layer.node)
  if (pair === undefined) return { inputs, attributes: {} }
  const { query, key, interleaved } = pair
  inputs[0] = query.inputs[0] ?? ''
  inputs[1] = key.inputs[0] ?? ''
  inputs[7] = query.inputs[2] ?? ''
  inputs[8] = query.inputs[3] ?? ''
  edit.drop(query.field)
  edit.drop(key.field)
  return { inputs, attributes: { do_rotary: 1, rotary_interleaved: interleaved } }
}
