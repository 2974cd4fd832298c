import type { GraphEdit } from './graph-edit.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import type { GraphNode } from './read-graph.ts'
import type { DecoderPlan } from './recognise-decoder.ts'

/** What is known of the end of a decoder. */
type HeadPlan = Pick<DecoderPlan, 'index' | 'links' | 'head' | 'logitsType'>

/** int32 [n]: which rows of the run the head multiplies. */
export const WANTED_INPUT = 'locus.wanted_rows'
const WANTED_ROWS = 'locus.wanted'

/**
 * Lets the head multiply only the rows that are asked for: a quarter of a small model's work, and most of a prompt's where the vocabulary is
 * large. The logits become [batch, n, vocabulary]. Returns the name of the gathered rows, for the tap.
 * A row's bits may depend on whether it is multiplied alone: ask for two or more where they are compared.
 */
export function addWantedRows(edit: GraphEdit, plan: HeadPlan): string {
  const { product, rows } = plan.head
  feedAllRows(edit, plan)
  edit.addInput(WANTED_INPUT, DATA_TYPE.int32, ['wanted_rows'])
  edit.addNode({ opType: 'Gather', inputs: [rows, WANTED_INPUT], outputs: [WANTED_ROWS], attributes: { axis: 1 } })
  edit.change(product, { inputs: product.inputs.map((name, at) => (at === 0 ? WANTED_ROWS : name)) })
  forgetShapes(edit, plan)
  return WANTED_ROWS
}

/** Where an input says for how many of the last rows logits are wanted: takes it out, so that they are given for all. */
export function feedAllRows(edit: GraphEdit, plan: HeadPlan): void {
  const { index, head } = plan
  const { keep, product, rows } = head
  const input = keep ? index.inputs.get(keep.input) : undefined
  if (keep === null || input === undefined) return
  edit.drop(input)
  for (const node of keep.nodes) edit.drop(node.field)
  edit.change(product, { inputs: product.inputs.map((name, at) => (at === 0 ? rows : name)) })
  forgetShapes(edit, plan)
}

/** What the file says of shapes behind the head's product holds no longer, and the runtime plans its memory by them. */
function forgetShapes(edit: GraphEdit, plan: HeadPlan): void {
  const { product, logits } = plan.head
  edit.retypeOutput(logits, plan.logitsType)
  for (const name of madeFrom(plan, product)) {
    const value = plan.index.values.get(name)
    if (value) edit.drop(value)
  }
}

/** The values of a node and of all that follow it. */
function madeFrom({ links }: HeadPlan, first: GraphNode): Set<string> {
  const names = new Set(first.outputs)
  // A set gives what is added to it while it is walked, and each name once.
  for (const name of names)
    for (const node of links.consumers(name)) for (const output of node.outputs) names.add(output)
  names.delete('')
  return names
}
