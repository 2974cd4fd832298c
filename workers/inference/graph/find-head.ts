import { evaluateIntegers } from './evaluate-integers.ts'
import type { GraphLinks } from './graph-links.ts'
import { NotUnderstood } from './not-understood.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'

const PRODUCTS = new Set(['MatMul', 'MatMulNBits', 'Gemm'])

/** As exporters write a norm: fused, or in parts that end in the multiplication by its weight. */
const NORMS = new Set([
  'SimplifiedLayerNormalization',
  'SkipSimplifiedLayerNormalization',
  'RMSNormalization',
  'LayerNormalization',
  'SkipLayerNormalization',
  'Mul',
])

/** Neg, Unsqueeze and a cast are what exporters need. */
const MAX_CHAIN = 8

/** The end of a decoder: norm → rows → [the last of them] → product → [bias] → [soft cap] → logits, with casts anywhere. */
export interface Head {
  logits: string
  product: GraphNode
  /** What the product multiplies when it is asked for all rows: the final-norm rows. */
  rows: string
  norm: GraphNode
  /** The input that says for how many of the last rows logits are wanted, where there is one, and the nodes that only it needs. */
  keep: { input: string; nodes: GraphNode[] } | null
}

/** @throws NotUnderstood if the logits come about in another way. */
export function findHead(model: Uint8Array, index: GraphIndex, links: GraphLinks, logits: string): Head {
  let product = links.origin(logits)
  if (product?.opType === 'Mul') product = integerProduct(links, product) ?? behindSoftCap(index, links, product)
  if (product?.opType === 'Add') product = behindConstant(index, links, product)
  const multiplied = product ? multipliedBy(links, product) : undefined
  if (product === null || multiplied === undefined) {
    throw new NotUnderstood('Its logits do not come from one matrix product.', found(product))
  }
  const slice = links.producer(multiplied)
  const keep = slice?.opType === 'Slice' ? keptRows(model, index, links, slice) : null
  const rows = keep ? (slice?.inputs[0] ?? '') : multiplied
  const norm = links.origin(rows)
  if (norm === null || !NORMS.has(norm.opType)) {
    throw new NotUnderstood('What its head multiplies is not a norm.', found(norm))
  }
  return { logits, product, rows, norm, keep }
}

function found(node: GraphNode | null): Record<string, string> {
  return { found: node?.opType.slice(0, 200) ?? 'nothing' }
}

function multipliedBy(links: GraphLinks, product: GraphNode): string | undefined {
  if (PRODUCTS.has(product.opType)) return product.inputs[0]
  if (product.opType !== 'MatMulInteger') return undefined
  const quantised = links.producer(product.inputs[0] ?? '')
  return quantised?.opType === 'DynamicQuantizeLinear' ? quantised.inputs[0] : undefined
}

/** MatMulInteger, as the product with its scales ends: one factor is the product, cast. */
function integerProduct(links: GraphLinks, scaling: GraphNode): GraphNode | null {
  const factors = scaling.inputs.map((name) => links.origin(name))
  return factors.find((node) => node?.opType === 'MatMulInteger') ?? null
}

/** A Slice that keeps the last n rows, all for n = 0, where n is an input and nothing else. */
function keptRows(model: Uint8Array, index: GraphIndex, links: GraphLinks, slice: GraphNode): Head['keep'] {
  const [, starts = '', ends = '', axes = '', steps = ''] = slice.inputs
  const fixed = (name: string) => evaluateIntegers(model, index, links, new Map(), name).value?.data ?? []
  const [end = 0] = fixed(ends)
  if (fixed(axes).join() !== '1' || end < 0x7fff_ffff || (steps !== '' && fixed(steps).join() !== '1')) return null
  const input = rootOf(links, starts)
  const given = new Map([[input, { dims: [], data: [3] }]])
  const { value, nodes } = evaluateIntegers(model, index, links, given, starts)
  if (!index.inputs.has(input) || value?.data.join() !== '-3') return null
  const own = [slice, ...nodes]
  const isOwn = (name: string) => links.consumers(name).every((node) => own.includes(node)) && !index.outputs.has(name)
  if (![input, ...[...nodes].flatMap((node) => node.outputs)].every(isOwn)) return null
  return links.consumers(slice.outputs[0] ?? '').length === 1 ? { input, nodes: own } : null
}

/** Where the first operands of a chain lead. */
function rootOf(links: GraphLinks, from: string): string {
  let name = from
  for (let steps = 0; steps < MAX_CHAIN; steps++) {
    const node = links.producer(name)
    if (node === null) return name
    name = node.inputs[0] ?? ''
  }
  return name
}

/** Gemma's cap·tanh(z/cap): Div or Mul, Tanh, Mul, each by a constant. */
function behindSoftCap(index: GraphIndex, links: GraphLinks, last: GraphNode): GraphNode | null {
  const tanh = behindConstant(index, links, last)
  if (tanh?.opType !== 'Tanh') return tanh
  const first = links.origin(tanh.inputs[0] ?? '')
  return first?.opType === 'Div' || first?.opType === 'Mul' ? behindConstant(index, links, first) : first
}

/** The origin of the one operand that is not a constant. */
function behindConstant(index: GraphIndex, links: GraphLinks, node: GraphNode): GraphNode | null {
  const computed = node.inputs.filter((name) => !isConstant(index, links, name))
  return computed.length === 1 ? links.origin(computed[0] ?? '') : null
}

function isConstant(index: GraphIndex, links: GraphLinks, name: string): boolean {
  return (
    index.initializers.has(name) || links.origin(name)?.opType === 'Constant' || fromInitializer(index, links, name)
  )
}

/** A constant kept in another type and cast where it is used. */
function fromInitializer(index: GraphIndex, links: GraphLinks, name: string): boolean {
  const node = links.producer(name)
  return node?.opType === 'Cast' && index.initializers.has(node.inputs[0] ?? '')
}
