import { assemble, copied, message, type Part } from './assemble.ts'
import { writeDequantised } from './dequantise.ts'
import { unsupported } from './model-error.ts'
import { DATA_TYPE, GRAPH } from './onnx-fields.ts'
import { floatTensorPrefix, type NodeToWrite, nodeMessage } from './onnx-messages.ts'
import { isQuantisedProduct, type QuantisedProduct, readQuantisedProduct } from './quantised-product.ts'
import { type GraphIndex, type GraphNode, MAX_MODEL_BYTES, readGraph } from './read-graph.ts'
import { rewrittenModel } from './rewritten-model.ts'
import type { DataFile } from './tensor.ts'
import type { Field } from './wire.ts'

/** A 4-bit weight becomes 32 bits. More growth than that means that products share bytes in ways no exporter writes. */
const MAX_GROWTH = 8

/** Names of what the expansion adds begin so. */
const PREFIX = 'locus.f32'

export interface ExpandedModel {
  /** A new buffer, or the input itself when nothing was expanded. The input is left as it was. */
  model: Uint8Array
  /** Products that were expanded; 0 when the model holds no MatMulNBits. */
  expanded: number
}

export interface ExpandOptions {
  /** Largest model to write, in bytes; default MAX_MODEL_BYTES. */
  maxBytes?: number
  /** Files beside the model that hold weights; none by default. */
  externalData?: readonly DataFile[]
}

/**
 * Replaces every MatMulNBits by a MatMul with its weights written out in float32: the same weights exactly, (q − zero point) · scale,
 * and several times faster on one CPU thread (engine.md, Precision on the CPU). All other bytes pass through, also what
 * lies in data files and is not a product's; inputs and outputs stay.
 * A float16 product is computed in float32 between two casts. Holds one matrix's scales beside the input and the output.
 *
 * @throws CodedError `engine/model-unreadable` if the bytes are not an ONNX model; `engine/model-unsupported` if a product cannot be
 * expanded (weights in a file that is not given, reordered columns, too large for `maxBytes`); `engine/out-of-memory`.
 */
export function expandToF32(model: Uint8Array, options: ExpandOptions = {}): ExpandedModel {
  const { externalData = [] } = options
  const index = readGraph(model)
  if (index.innerNodes.some(isQuantisedProduct)) throw unsupported('it has 4-bit products inside a conditional part.')
  const products = new Map<Field, QuantisedProduct>()
  for (const node of index.nodes) {
    if (isQuantisedProduct(node)) products.set(node.field, readQuantisedProduct(model, index, node, externalData))
  }
  if (products.size === 0) return { model, expanded: 0 }
  if ([...index.names].some((name) => name.startsWith(PREFIX)))
    throw unsupported(`it already has values named ${PREFIX}….`)

  const weightNames = new Map<string, string>()
  const weights: Part[] = []
  for (const product of products.values()) {
    if (weightNames.has(product.weightKey)) continue
    const name = `${PREFIX}.weight.${weightNames.size}`
    weightNames.set(product.weightKey, name)
    weights.push(...message(GRAPH.initializer, tensorParts(name, product)))
  }

  const weightBytes = weights.reduce((sum, part) => sum + part.bytes, 0)
  const sourceBytes = externalData.reduce((sum, { data }) => sum + data.length, model.length)
  if (weightBytes > MAX_GROWTH * sourceBytes) throw unsupported('its products share their weights.', { weightBytes })

  const dropped = unusedTensors(index, products)
  const replaced = new Map<number, Part[]>()
  for (const [field, product] of products) {
    const nodes = replacement(product, weightNames.get(product.weightKey) ?? '', replaced.size)
    replaced.set(
      field.start,
      nodes.flatMap((node) => message(GRAPH.node, [copied(nodeMessage(node))])),
    )
  }
  for (const name of dropped) {
    const field = index.initializers.get(name)
    if (field) replaced.set(field.start, [])
  }

  const parts = rewrittenModel(model, replaced, weights)
  return { model: assemble(parts, options.maxBytes ?? MAX_MODEL_BYTES), expanded: products.size }
}

function tensorParts(name: string, product: QuantisedProduct): Part[] {
  const bytes = product.n * product.k * 4
  return [
    copied(floatTensorPrefix(name, [product.k, product.n], bytes)),
    { bytes, write: (target, offset) => writeDequantised(product.weights(), target, offset) },
  ]
}

/** The nodes that compute what the product computed, in order. */
function replacement(product: QuantisedProduct, weight: string, ordinal: number): NodeToWrite[] {
  const { input, output, bias, half, node } = product
  const inner = (step: string) => `${PREFIX}.${step}.${ordinal}`
  const wide = half ? inner('input') : input
  const sum = half ? inner('output') : output
  const raw = bias === '' ? sum : inner('product')
  const nodes: NodeToWrite[] = []
  if (half) nodes.push({ opType: 'Cast', inputs: [input], outputs: [wide], attributes: { to: DATA_TYPE.float } })
  nodes.push({ opType: 'MatMul', inputs: [wide, weight], outputs: [raw], name: node.name })
  if (bias !== '') {
    const wideBias = half ? inner('bias') : bias
    if (half) nodes.push({ opType: 'Cast', inputs: [bias], outputs: [wideBias], attributes: { to: DATA_TYPE.float } })
    nodes.push({ opType: 'Add', inputs: [raw, wideBias], outputs: [sum] })
  }
  if (half) nodes.push({ opType: 'Cast', inputs: [sum], outputs: [output], attributes: { to: DATA_TYPE.float16 } })
  return nodes
}

/** Tensors that only expanded products used. A tied embedding, say, still needs its 4-bit table. */
function unusedTensors(index: GraphIndex, products: Map<Field, QuantisedProduct>): Set<string> {
  const unused = new Set([...products.values()].flatMap((product) => product.tensors))
  for (const product of products.values()) for (const name of [product.input, product.bias]) unused.delete(name)
  const keep = (node: GraphNode) => {
    if (!products.has(node.field)) for (const name of node.inputs) unused.delete(name)
  }
  index.nodes.forEach(keep)
  index.innerNodes.forEach(keep)
  for (const name of index.outputs.keys()) unused.delete(name)
  return unused
}
