import { evaluateIntegers, type Integers } from './evaluate-integers.ts'
import type { AttentionLayer } from './find-attention.ts'
import type { GraphLinks } from './graph-links.ts'
import { NotUnderstood } from './not-understood.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'

export interface Lengths {
  /** Name of the graph input: int64 [batch, total], 1 for every position that counts. */
  mask: string
  /** The nodes between the mask and the attentions; nothing else reads what they make. */
  nodes: ReadonlySet<GraphNode>
}

const MAX_NODES = 256

/** Two rows of which one is shorter: what the lengths of a mask must be is known then. */
const MASK: Integers = { dims: [2, 5], data: [1, 1, 1, 1, 1, 1, 1, 0, 0, 0] }
const SEQLENS = '4,1'
const TOTAL = '5'

/** The attentions' lengths, checked by computing them: seqlens_k is each row's sum less one, the total is the mask's width. */
export function findLengths(
  model: Uint8Array,
  index: GraphIndex,
  links: GraphLinks,
  layers: readonly AttentionLayer[],
): Lengths {
  const seqlens = new Set(layers.map((layer) => layer.inputs[5] ?? ''))
  const totals = new Set(layers.map((layer) => layer.inputs[6] ?? ''))
  const { nodes, roots } = upstream(index, links, [...seqlens, ...totals])
  const [mask, another] = roots
  if (mask === undefined || another !== undefined || nodes.size === 0) {
    throw new NotUnderstood('The lengths of its attention do not come from an attention mask alone.')
  }
  const given = new Map([[mask, MASK]])
  for (const [names, wanted] of [
    [seqlens, SEQLENS],
    [totals, TOTAL],
  ] as const) {
    for (const name of names) {
      const { value, unknown } = evaluateIntegers(model, index, links, given, name)
      if (value === null) throw new NotUnderstood(`Its lengths are computed in a way that is not known (${unknown}).`)
      if (value.data.join() !== wanted) throw new NotUnderstood('Its lengths are not those of its attention mask.')
    }
  }
  expectNoOtherReader(index, links, layers, mask, nodes)
  return { mask, nodes }
}

function upstream(index: GraphIndex, links: GraphLinks, from: string[]): { nodes: Set<GraphNode>; roots: Set<string> } {
  const nodes = new Set<GraphNode>()
  const roots = new Set<string>()
  const pending = [...from]
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || (index.initializers.has(name) && !index.inputs.has(name))) continue
    const node = links.producer(name)
    if (node === null) roots.add(name)
    // A constant may serve others too, and goes by itself when it serves nobody.
    else if (!nodes.has(node) && node.opType !== 'Constant') {
      nodes.add(node)
      pending.push(...node.inputs)
    }
    if (nodes.size > MAX_NODES) throw new NotUnderstood('The lengths of its attention depend on too much.')
  }
  return { nodes, roots }
}

function expectNoOtherReader(
  index: GraphIndex,
  links: GraphLinks,
  layers: readonly AttentionLayer[],
  mask: string,
  nodes: ReadonlySet<GraphNode>,
): void {
  const readers = new Set<GraphNode>([...nodes, ...layers.map((layer) => layer.node)])
  const values = [mask, ...[...nodes].flatMap((node) => node.outputs)].filter((name) => name !== '')
  for (const name of values) {
    if (index.outputs.has(name) || !links.consumers(name).every((node) => readers.has(node))) {
      throw new NotUnderstood('Its attention mask is used for more than the lengths of its attention.')
    }
  }
  for (const layer of layers) {
    if (layer.inputs.some((name, at) => at !== 5 && at !== 6 && values.includes(name))) {
      throw new NotUnderstood('Its attention mask is used for more than the lengths of its attention.')
    }
  }
}
