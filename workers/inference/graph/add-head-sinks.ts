import { createGraphEdit } from './graph-edit.ts'
import { floatAttributes, integerAttributes } from './node-attributes.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import { type GraphIndex, type GraphNode, readGraph } from './read-graph.ts'
import { valueTypeOf } from './value-type.ts'

/** Inputs of GroupQueryAttention. */
const PAST_KEY = 3
const HEAD_SINK = 11
/** Far below any score, so its share of a softmax is exp(−10³⁰) = 0; finite, since −∞ less itself is no number. */
const NO_SINK = -1e30
/** The widest decoders on the hub have 128. */
const MAX_HEADS = 4_096
/** Products sum in blocks of 128, or of more where few columns are wanted: beyond, a score depends on how many others are computed with it. */
const MAX_HEAD_DIMENSION = 128

/**
 * Gives each attention a sink that draws nothing. ONNX Runtime 1.30 computes several rows of GroupQueryAttention on a processor by a loop
 * over single positions, unless an attention has a sink: then by matrix products. The function is the same; six heads of 32, 32 rows
 * behind 256 positions, take 0.54 ms instead of 9.9. Two rows have the bits of many with either; with products that holds up to heads of
 * 128, whose scores are sums of one block: larger ones keep the loop. Caches in half precision, and attentions that have a sink or a cap
 * on their scores, are products already. The model itself where there is nothing to do.
 *
 * @throws CodedError `engine/model-unreadable | engine/model-unsupported`
 */
export function addHeadSinks(model: Uint8Array, headDimension?: number): Uint8Array {
  const index = readGraph(model)
  const nodes = index.nodes.filter((node) => mayMultiply(model, index, node, headDimension))
  if (nodes.length === 0) return model
  const edit = createGraphEdit(model, index)
  const sinks = new Map<number, string>()
  for (const node of nodes) {
    const heads = integerAttributes(model, node).get('num_heads') ?? 0
    const sink = sinks.get(heads) ?? `locus.no_sink.${heads}`
    if (!sinks.has(heads)) edit.addConstant(sink, 'float', [heads], new Array<number>(heads).fill(NO_SINK))
    sinks.set(heads, sink)
    const inputs = Array.from({ length: Math.max(HEAD_SINK + 1, node.inputs.length) }, (_, i) => node.inputs[i] ?? '')
    inputs[HEAD_SINK] = sink
    edit.change(node, { inputs })
  }
  return edit.write()
}

/** `headDimension` counts where the graph does not say its own. */
function mayMultiply(model: Uint8Array, index: GraphIndex, node: GraphNode, headDimension?: number): boolean {
  if (node.opType !== 'GroupQueryAttention' || node.domain !== 'com.microsoft') return false
  if ((node.inputs[HEAD_SINK] ?? '') !== '') return false
  const past = index.inputs.get(node.inputs[PAST_KEY] ?? '')
  const { dataType, dims } = past ? valueTypeOf(model, past) : { dataType: 0, dims: null }
  const size = typeof dims?.[3] === 'number' ? dims[3] : headDimension
  if (dataType !== DATA_TYPE.float || size === undefined || size > MAX_HEAD_DIMENSION) return false
  const heads = integerAttributes(model, node).get('num_heads') ?? 0
  // A strange count of heads is for the runtime to refuse, not for us to make a tensor of.
  if (heads < 1 || heads > MAX_HEADS) return false
  return (
    (floatAttributes(model, node).get('softcap') ?? 0) === 0 &&
    (integerAttributes(model, node).get('smooth_softmax') ?? 0) === 0
  )
}
