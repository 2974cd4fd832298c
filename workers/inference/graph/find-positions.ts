import type { AttentionLayer } from './find-attention.ts'
import type { GraphLinks } from './graph-links.ts'
import { floatAttributes, integerAttributes } from './node-attributes.ts'
import { NotUnderstood } from './not-understood.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'

/**
 * How rotary positions come in. `none`: each attention counts by itself. `attention`: it is told (its input 9), and counting by itself
 * gives the same. `rotary`: RotaryEmbedding nodes of the queries and keys read them.
 */
export interface Positions {
  kind: 'none' | 'attention' | 'rotary'
  /** Name of the graph input; null where there is none that anything reads. */
  input: string | null
  /** For `rotary`, by attention: the nodes before it. */
  rotary: ReadonlyMap<GraphNode, RotaryPair>
  /** True where the attentions can do the rotation themselves, with the same arithmetic, so that no positions need be fed. */
  foldable: boolean
}

export interface RotaryPair {
  query: GraphNode
  key: GraphNode
  interleaved: number
}

export function findPositions(
  model: Uint8Array,
  index: GraphIndex,
  links: GraphLinks,
  layers: readonly AttentionLayer[],
): Positions {
  const rotaryNodes = index.nodes.filter((node) => node.opType === 'RotaryEmbedding')
  const told = new Set([
    ...layers.map((layer) => layer.inputs[9] ?? ''),
    ...rotaryNodes.map((node) => node.inputs[node.domain === 'com.microsoft' ? 1 : 3] ?? ''),
  ])
  told.delete('')
  const [input, another] = told
  if (input === undefined) return { kind: 'none', input: null, rotary: new Map(), foldable: true }
  if (another !== undefined || !index.inputs.has(input))
    throw new NotUnderstood('The positions of its tokens are not read straight from one input.')
  if (rotaryNodes.length === 0) {
    const readers = new Set(layers.map((layer) => layer.node))
    const onlyThere = layers.every((layer) => layer.inputs.every((name, at) => name !== input || at === 9))
    if (!onlyThere || !links.consumers(input).every((node) => readers.has(node)))
      throw new NotUnderstood('The positions of its tokens are used for more than rotating queries and keys.')
    return { kind: 'attention', input, rotary: new Map(), foldable: true }
  }
  return rotaryPositions(model, index, links, layers, input, rotaryNodes)
}

function rotaryPositions(
  model: Uint8Array,
  index: GraphIndex,
  links: GraphLinks,
  layers: readonly AttentionLayer[],
  input: string,
  rotaryNodes: readonly GraphNode[],
): Positions {
  const readers = new Set(rotaryNodes)
  if (!links.consumers(input).every((node) => readers.has(node)))
    throw new NotUnderstood('The positions of its tokens are used for more than rotating queries and keys.')
  const rotary = new Map<GraphNode, RotaryPair>()
  for (const layer of layers) {
    const pair = pairOf(model, index, links, layer)
    if (pair) rotary.set(layer.node, pair)
  }
  const foldable = rotary.size === layers.length && rotaryNodes.length === 2 * layers.length
  return { kind: 'rotary', input, rotary, foldable }
}

/** Null unless the attention would rotate exactly as the two nodes do. */
function pairOf(model: Uint8Array, index: GraphIndex, links: GraphLinks, layer: AttentionLayer): RotaryPair | null {
  const query = links.producer(layer.inputs[0] ?? '')
  const key = links.producer(layer.inputs[1] ?? '')
  if (query === null || key === null || query === key || layer.integers.get('do_rotary') === 1) return null
  // The attention would norm the heads first and rotate them then.
  if (layer.inputs[14] !== '' || layer.inputs[15] !== '') return null
  const interleaved = [query, key].map((node) => plainRotation(model, index, links, node))
  if (interleaved[0] === null || interleaved[0] !== interleaved[1]) return null
  if (query.inputs[2] !== key.inputs[2] || query.inputs[3] !== key.inputs[3]) return null
  return { query, key, interleaved: interleaved[0] ?? 0 }
}

/** The `interleaved` of a rotation over the whole head with constant tables; null for another node, or one that others read too. */
function plainRotation(model: Uint8Array, index: GraphIndex, links: GraphLinks, node: GraphNode): number | null {
  if (node.opType !== 'RotaryEmbedding' || node.domain !== 'com.microsoft') return null
  const integers = integerAttributes(model, node)
  const partial = (integers.get('rotary_embedding_dim') ?? 0) !== 0 || (integers.get('is_packed_batching') ?? 0) !== 0
  const scaled = (floatAttributes(model, node).get('scale') ?? 1) !== 1
  const [output = ''] = node.outputs
  const onlyHere = links.consumers(output).length === 1 && !index.outputs.has(output)
  const tables = [node.inputs[2] ?? '', node.inputs[3] ?? ''].every((name) => index.initializers.has(name))
  return partial || scaled || !onlyHere || !tables ? null : (integers.get('interleaved') ?? 0)
}
