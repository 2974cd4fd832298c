import { addFinalNormTap } from './append-final-norm-tap.ts'
import type { AttentionLayer } from './find-attention.ts'
import { dropPositions, foldRotary, positionsToFeed } from './fold-rotary.ts'
import { createGraphEdit, type GraphEdit } from './graph-edit.ts'
import { unsupported } from './model-error.ts'
import { attributeName } from './node-attributes.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import { attributeMessage, graphAttribute, type NodeToWrite } from './onnx-messages.ts'
import type { DecoderPlan } from './recognise-decoder.ts'
import { addWantedRows } from './wanted-rows.ts'
import { bytesOf } from './wire.ts'

/** int64 [rows]: where the attention of each packed row stands among the attentions of all slots, one slot after another. */
export const UNPACK_INPUT = 'locus.unpack'

/** One slot's own inputs and output. */
export interface SlotNames {
  /** bool [1]: whether the slot has rows in this run; absent in a graph for one slot, which always has. */
  active: string
  /** int64 [n]: the packed rows that are this slot's, as its attention is to see them. */
  rows: string
  /** int32 [1]: positions after the run, less one. */
  seqlens: string
  /** int32 [1]: positions after the run. */
  total: string
  /** int64 [1] each: first of the new positions, and one past the last that is to be kept. */
  from: string
  to: string
  /** By layer: float32 [1, kvHeads, room, headDim], room at least the positions before the run. */
  pastKeys: string[]
  pastValues: string[]
  /** float32 [2 · layers, kvHeads, to − from, headDim]: what the run adds to the cache, a layer's keys before its values. */
  added: string
}

export interface PackedGraph {
  /** A new buffer. */
  model: Uint8Array
  /** Token ids [1, rows] of all slots one after another, and their type. */
  inputIds: { name: string; type: 'int64' | 'int32' }
  /** int64 [1, rows] where positions still have to be fed; null where each attention counts by itself. */
  positions: string | null
  /** Name of the logits: float32 [1, wanted, vocabulary]. */
  logits: string
  slots: SlotNames[]
}

export function slotNames(slot: number, layers: number): SlotNames {
  const prefix = `locus.slot${slot}`
  const perLayer = (what: string) => Array.from({ length: layers }, (_, layer) => `${prefix}.${what}.${layer}`)
  return {
    active: `${prefix}.active`,
    rows: `${prefix}.rows`,
    seqlens: `${prefix}.seqlens_k`,
    total: `${prefix}.total_len`,
    from: `${prefix}.from`,
    to: `${prefix}.to`,
    pastKeys: perLayer('past_key'),
    pastValues: perLayer('past_value'),
    added: `${prefix}.added`,
  }
}

/** Half-precision caches stay on the GPU. */
export function isPackable({ layers, logitsType }: DecoderPlan): boolean {
  return logitsType === DATA_TYPE.float && layers.every((layer) => layer.cacheType === DATA_TYPE.float)
}

const EMPTY_ROWS = 'locus.empty_rows'
const EMPTY_CACHE = 'locus.empty_cache'
const CACHE_AXIS = 'locus.cache_axis'

/**
 * One graph that runs rows of several sequences at once, for a processor. Whatever works row by row (embedding, norms, products) sees the
 * rows of all slots packed as one sequence; only attention, where rows meet, is written out once for each slot, behind a condition, so
 * that slots without rows cost next to nothing. A slot picks its rows by index and may pick one twice: attention over two rows gives
 * the bits of a prefill, attention over one does not (protocol.md §4). Only new keys and values leave the graph.
 *
 * @throws CodedError `engine/model-unsupported` if caches are not float32, or the model was prepared before.
 */
export function packSlots(
  model: Uint8Array,
  plan: DecoderPlan,
  { slots, headDimension }: { slots: number; headDimension: number },
): PackedGraph {
  const { index, lengths, layers, inputIds, head } = plan
  if (!isPackable(plan)) throw unsupported('its cache is not float32.')
  const edit = createGraphEdit(model, index)
  const names = Array.from({ length: slots }, (_, slot) => slotNames(slot, layers.length))
  for (const node of lengths.nodes) edit.drop(node.field)
  const past = layers.flatMap((layer) => [layer.pastKey, layer.pastValue])
  const present = layers.flatMap((layer) => [layer.presentKey, layer.presentValue])
  const gone = [
    ...[lengths.mask, ...plan.unusedInputs, ...past].map((name) => index.inputs.get(name)),
    ...present.map((name) => index.outputs.get(name)),
  ]
  for (const field of gone) if (field) edit.drop(field)
  dropPositions(edit, plan)

  const width = (layers[0]?.heads ?? 0) * headDimension
  edit.addConstant(EMPTY_ROWS, 'float', [1, 0, width], [])
  edit.addConstant(EMPTY_CACHE, 'float', [1, layers[0]?.keyValueHeads ?? 0, 0, headDimension], [])
  edit.addConstant(CACHE_AXIS, 'int64', [1], [2])
  edit.addInput(UNPACK_INPUT, DATA_TYPE.int64, ['rows'])
  for (const slot of names) addSlotInputs(edit, slot, layers, headDimension, slots > 1)
  for (const [ordinal, layer] of layers.entries()) {
    const { inputs, attributes } = foldRotary(edit, plan, layer)
    edit.substitute(layer.node, attentionOfSlots(model, layer, inputs, attributes, ordinal, names))
  }
  for (const slot of names) {
    const added = layers.flatMap((_, layer) => [`${slot.added}.key.${layer}`, `${slot.added}.value.${layer}`])
    edit.addNode({ opType: 'Concat', inputs: added, outputs: [slot.added], attributes: { axis: 0 } })
    edit.addOutput(slot.added, DATA_TYPE.float)
  }
  addFinalNormTap(edit, addWantedRows(edit, plan))
  return {
    model: edit.write(),
    inputIds: { name: inputIds.name, type: inputIds.dataType === DATA_TYPE.int64 ? 'int64' : 'int32' },
    positions: positionsToFeed(plan),
    logits: head.logits,
    slots: names,
  }
}

function addSlotInputs(
  edit: GraphEdit,
  slot: SlotNames,
  layers: readonly AttentionLayer[],
  headDimension: number,
  conditional: boolean,
): void {
  if (conditional) edit.addInput(slot.active, DATA_TYPE.bool, [1])
  edit.addInput(slot.rows, DATA_TYPE.int64, [`${slot.rows}.count`])
  edit.addInput(slot.seqlens, DATA_TYPE.int32, [1])
  edit.addInput(slot.total, DATA_TYPE.int32, [1])
  edit.addInput(slot.from, DATA_TYPE.int64, [1])
  edit.addInput(slot.to, DATA_TYPE.int64, [1])
  for (const [ordinal, layer] of layers.entries()) {
    const dims = [1, layer.keyValueHeads, `${slot.added}.room`, headDimension]
    edit.addInput(slot.pastKeys[ordinal] ?? '', DATA_TYPE.float, dims)
    edit.addInput(slot.pastValues[ordinal] ?? '', DATA_TYPE.float, dims)
  }
}

/** The nodes that take the place of one attention. */
function attentionOfSlots(
  model: Uint8Array,
  layer: AttentionLayer,
  inputs: readonly string[],
  turned: Readonly<Record<string, number>>,
  ordinal: number,
  slots: readonly SlotNames[],
): NodeToWrite[] {
  const kept = layer.node.attributes.filter(
    (field) => !Object.keys(turned).some((name) => attributeName(model, field) === name),
  )
  const rawAttributes = [
    ...kept.map((field) => bytesOf(model, field)),
    ...Object.entries(turned).map(([name, value]) => attributeMessage(name, value)),
  ]
  const nodes: NodeToWrite[] = []
  for (const slot of slots) {
    const outputs = [`${slot.added}.rows.${ordinal}`, `${slot.added}.key.${ordinal}`, `${slot.added}.value.${ordinal}`]
    const attention = attentionOfSlot(slot, ordinal, inputs, rawAttributes, outputs)
    if (slots.length === 1) nodes.push(...attention)
    else nodes.push(conditionally(slot.active, attention, outputs))
  }
  const all = slots.map((slot) => `${slot.added}.rows.${ordinal}`)
  const together = slots.length === 1 ? (all[0] ?? '') : `locus.attended.${ordinal}`
  if (slots.length > 1) nodes.push({ opType: 'Concat', inputs: all, outputs: [together], attributes: { axis: 1 } })
  nodes.push({ opType: 'Gather', inputs: [together, UNPACK_INPUT], outputs: [layer.output], attributes: { axis: 1 } })
  return nodes
}

/** Picks the slot's rows, attends, and cuts what is new out of the cache. */
function attentionOfSlot(
  slot: SlotNames,
  ordinal: number,
  inputs: readonly string[],
  rawAttributes: readonly Uint8Array[],
  [rows = '', key = '', value = '']: readonly string[],
): NodeToWrite[] {
  const own = (what: string) => `${slot.added}.${what}.${ordinal}`
  const picked = ['query', 'key_row', 'value_row'].map(own)
  const attentionInputs = [...picked, slot.pastKeys[ordinal] ?? '', slot.pastValues[ordinal] ?? '']
  attentionInputs.push(slot.seqlens, slot.total, ...inputs.slice(7))
  while (attentionInputs.at(-1) === '') attentionInputs.pop()
  const cut = (from: string, to: string): NodeToWrite => ({
    opType: 'Slice',
    inputs: [from, slot.from, slot.to, CACHE_AXIS],
    outputs: [to],
  })
  return [
    ...picked.flatMap((output, i): NodeToWrite[] =>
      // Queries, keys and values may come packed in one tensor: then there are no keys and values of their own.
      inputs[i] === ''
        ? []
        : [{ opType: 'Gather', inputs: [inputs[i] ?? '', slot.rows], outputs: [output], attributes: { axis: 1 } }],
    ),
    {
      opType: 'GroupQueryAttention',
      domain: 'com.microsoft',
      inputs: attentionInputs.map((name, i) => (i < 3 && inputs[i] === '' ? '' : name)),
      outputs: [rows, own('present_key'), own('present_value')],
      rawAttributes,
    },
    cut(own('present_key'), key),
    cut(own('present_value'), value),
  ]
}

/** The nodes, where the slot has rows; else outputs with none. */
function conditionally(active: string, nodes: readonly NodeToWrite[], outputs: readonly string[]): NodeToWrite {
  const inner = (name: string) => (outputs.includes(name) ? `${name}.then` : name)
  const then = nodes.map((node) => ({ ...node, outputs: node.outputs.map(inner) }))
  const otherwise = outputs.map((name, i) => ({
    opType: 'Identity',
    inputs: [i === 0 ? EMPTY_ROWS : EMPTY_CACHE],
    outputs: [`${name}.else`],
  }))
  return {
    opType: 'If',
    inputs: [active],
    outputs: [...outputs],
    rawAttributes: [
      graphAttribute('then_branch', then, outputs.map(inner)),
      graphAttribute(
        'else_branch',
        otherwise,
        outputs.map((name) => `${name}.else`),
      ),
    ],
  }
}
