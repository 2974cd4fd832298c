import type { GraphLinks } from './graph-links.ts'
import { floatAttributes, integerAttributes } from './node-attributes.ts'
import { NotUnderstood } from './not-understood.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'
import { valueTypeOf } from './value-type.ts'

/**
 * One GroupQueryAttention. Its inputs, as ONNX Runtime numbers them (docs/ContribOperators.md): 0 query, 1 key, 2 value, 3 past key,
 * 4 past value, 5 seqlens_k, 6 total_sequence_length, 7 cos cache, 8 sin cache, 9 position ids, 10 attention bias, 11 head sink,
 * 12 and 13 scales of a quantised cache, 14 and 15 weights of norms of query and key heads.
 */
export interface AttentionLayer {
  node: GraphNode
  /** `node.inputs`, with '' for what is absent, 16 long. */
  inputs: string[]
  output: string
  pastKey: string
  pastValue: string
  presentKey: string
  presentValue: string
  /** Of the cache: float32 or float16. */
  cacheType: number
  heads: number
  keyValueHeads: number
  /** Null where the graph does not say it. */
  headDimension: number | null
  integers: ReadonlyMap<string, number>
  floats: ReadonlyMap<string, number>
}

const INPUTS = 16

export function findAttention(model: Uint8Array, index: GraphIndex, links: GraphLinks): AttentionLayer[] {
  const isAttention = (node: GraphNode) => node.opType === 'GroupQueryAttention' && node.domain === 'com.microsoft'
  if (index.innerNodes.some(isAttention)) throw new NotUnderstood('It attends inside a conditional part.')
  const layers = index.nodes.filter(isAttention).map((node) => layerOf(model, index, links, node))
  if (layers.length === 0)
    throw new NotUnderstood('It has no GroupQueryAttention, so its cache cannot be kept in place.')
  return layers
}

function layerOf(model: Uint8Array, index: GraphIndex, links: GraphLinks, node: GraphNode): AttentionLayer {
  const inputs = Array.from({ length: Math.max(INPUTS, node.inputs.length) }, (_, i) => node.inputs[i] ?? '')
  const [, , , pastKey = '', pastValue = ''] = inputs
  const [output = '', presentKey = '', presentValue = ''] = node.outputs
  if (node.outputs.length > 3) throw new NotUnderstood('Its attention has more outputs than answers and cache.')
  if (inputs[10] !== '') throw new NotUnderstood('Its attention takes a bias.')
  if (inputs[12] !== '' || inputs[13] !== '') throw new NotUnderstood('Its cache is quantised.')
  if (inputs.length > INPUTS) throw new NotUnderstood('Its attention has more inputs than are known.')

  for (const past of [pastKey, pastValue]) {
    if (!index.inputs.has(past) || links.consumers(past).length !== 1 || index.outputs.has(past)) {
      throw new NotUnderstood('An attention does not read its past straight from an input of its own.')
    }
  }
  for (const present of [presentKey, presentValue]) {
    if (!index.outputs.has(present) || links.consumers(present).length !== 0) {
      throw new NotUnderstood('An attention does not give its cache straight to an output of its own.')
    }
  }
  if (pastKey === pastValue || presentKey === presentValue) throw new NotUnderstood('Keys and values are one tensor.')

  const key = index.inputs.get(pastKey)
  const { dataType = 0, dims = null } = key ? valueTypeOf(model, key) : {}
  if (dataType !== DATA_TYPE.float && dataType !== DATA_TYPE.float16) {
    throw new NotUnderstood('Its cache is neither float32 nor float16.')
  }
  const integers = integerAttributes(model, node)
  const headDimension = dims?.length === 4 ? dims[3] : undefined
  return {
    node,
    inputs,
    output,
    pastKey,
    pastValue,
    presentKey,
    presentValue,
    cacheType: dataType,
    heads: integers.get('num_heads') ?? 0,
    keyValueHeads: integers.get('kv_num_heads') ?? 0,
    headDimension: typeof headDimension === 'number' ? headDimension : null,
    integers,
    floats: floatAttributes(model, node),
  }
}
