import { assemble, copied, message } from './assemble.ts'
import { unsupported } from './model-error.ts'
import { DATA_TYPE, GRAPH, MODEL } from './onnx-fields.ts'
import { floatValueMessage, nodeMessage } from './onnx-messages.ts'
import { type GraphIndex, type GraphNode, MAX_MODEL_BYTES, readGraph } from './read-graph.ts'

const LOGITS = 'logits'
const TAP_NAME = 'locus.final_norm'

/** What may stand between the head's product and the logits, or between the norm and the product, without changing what a row means. */
const TRANSPARENT = new Set(['Cast', 'Identity'])
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

/** A model with one more graph output. `model` is a new buffer; the input is left as it was. */
export interface TappedModel {
  model: Uint8Array
  /** Name of the added output: float32 [batch, sequence, hidden], the rows that the head multiplies. */
  tapName: string
}

/**
 * Adds the final-norm rows of a decoder as a graph output, by appending bytes: protobuf merges a repeated `graph` field, so nothing
 * that was in the file moves (protocol.md §4, Taps). The tensor is found by structure: the input of the product that makes `logits`.
 * It leaves through a Cast to float32, which copies float32 as it is: an output needs a type, and files need not say an inner tensor's.
 *
 * @throws CodedError `engine/model-unreadable` if the bytes are not an ONNX model; `engine/model-unsupported` if no final norm is found.
 */
export function appendFinalNormTap(model: Uint8Array): TappedModel {
  const index = readGraph(model)
  if (index.names.has(TAP_NAME)) throw unsupported(`it already has a value named ${TAP_NAME}.`)
  const rows = findFinalNorm(index)
  const cast = nodeMessage({
    opType: 'Cast',
    inputs: [rows],
    outputs: [TAP_NAME],
    name: TAP_NAME,
    attributes: { to: DATA_TYPE.float },
  })
  const graph = [
    ...message(GRAPH.node, [copied(cast)]),
    ...message(GRAPH.output, [copied(floatValueMessage(TAP_NAME))]),
  ]
  return { model: assemble([copied(model), ...message(MODEL.graph, graph)], MAX_MODEL_BYTES), tapName: TAP_NAME }
}

function findFinalNorm(index: GraphIndex): string {
  if (!index.outputs.has(LOGITS)) throw unsupported(`it has no output named ${LOGITS}.`)
  const producers = new Map<string, GraphNode>()
  for (const node of index.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node)

  const head = producerOf(producers, LOGITS)
  const [rows] = head?.inputs ?? []
  if (head === null || rows === undefined || !PRODUCTS.has(head.opType)) {
    throw unsupported('its logits do not come from one matrix product.', {
      found: head?.opType.slice(0, 200) ?? 'nothing',
    })
  }
  const norm = producerOf(producers, rows)
  if (norm === null || !NORMS.has(norm.opType)) {
    throw unsupported('what its head multiplies is not a norm.', { found: norm?.opType.slice(0, 200) ?? 'nothing' })
  }
  return rows
}

/** The node that computes a value, looking through nodes that only pass it on. */
function producerOf(producers: Map<string, GraphNode>, name: string): GraphNode | null {
  // A damaged file may go round in circles: each node is looked at once.
  const seen = new Set<GraphNode>()
  let node = producers.get(name)
  while (node !== undefined && TRANSPARENT.has(node.opType) && !seen.has(node)) {
    seen.add(node)
    node = producers.get(node.inputs[0] ?? '')
  }
  return node ?? null
}
