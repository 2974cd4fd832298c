import { createGraphEdit, type GraphEdit } from './graph-edit.ts'
import { unsupported } from './model-error.ts'
import { floatAttributes, integerAttributes } from './node-attributes.ts'
import { TENSOR } from './onnx-fields.ts'
import { type GraphIndex, type GraphNode, readGraph } from './read-graph.ts'
import { BYTES, fieldsIn, integerOf, varintsIn } from './wire.ts'

/** Inputs of GroupQueryAttention: weights of the norms of query and key heads. */
const QUERY_NORM = 14
const KEY_NORM = 15
const PREFIX = 'locus.head_norm'
/** ONNX Runtime's default of `qk_norm_epsilon`. */
const EPSILON = 1e-6

/**
 * Writes norms of query and key heads that lie within an attention as nodes before it. Exports for WebGPU have them inside, where ONNX
 * Runtime's processor refuses to run them; exports of the same model for the processor look like what this writes. The model itself where
 * there are none.
 *
 * @throws CodedError `engine/model-unreadable`, or `engine/model-unsupported` if the norms' weights are not constants.
 */
export function spreadHeadNorms(model: Uint8Array): Uint8Array {
  const index = readGraph(model)
  const nodes = index.nodes.filter(
    ({ opType, inputs }) =>
      opType === 'GroupQueryAttention' && (inputs[QUERY_NORM] ?? '') + (inputs[KEY_NORM] ?? '') !== '',
  )
  if (nodes.length === 0) return model
  const edit = createGraphEdit(model, index)
  for (const [ordinal, node] of nodes.entries()) spread(model, index, edit, node, ordinal)
  return edit.write()
}

function spread(model: Uint8Array, index: GraphIndex, edit: GraphEdit, node: GraphNode, ordinal: number): void {
  const name = (part: string) => `${PREFIX}.${ordinal}.${part}`
  const integers = integerAttributes(model, node)
  const size = sizeOf(model, index, node.inputs[QUERY_NORM] ?? '')
  const queryWidth = (integers.get('num_heads') ?? 0) * size
  const keyWidth = (integers.get('kv_num_heads') ?? 0) * size
  const inputs = [...node.inputs]
  if ((inputs[1] ?? '') === '') {
    // Packed: query, key and value side by side.
    const parts = [name('query'), name('key'), name('value')]
    edit.addConstant(name('widths'), 'int64', [3], [queryWidth, keyWidth, keyWidth])
    edit.addNode({
      opType: 'Split',
      inputs: [inputs[0] ?? '', name('widths')],
      outputs: parts,
      attributes: { axis: -1 },
    })
    for (const [at, part] of parts.entries()) inputs[at] = part
  }
  const epsilon = floatAttributes(model, node).get('qk_norm_epsilon') ?? EPSILON
  for (const { at, weight, width, part } of [
    { at: 0, weight: QUERY_NORM, width: queryWidth, part: 'query' },
    { at: 1, weight: KEY_NORM, width: keyWidth, part: 'key' },
  ]) {
    edit.addConstant(name(`${part}.heads`), 'int64', [3], [0, -1, size])
    edit.addConstant(name(`${part}.row`), 'int64', [3], [0, -1, width])
    const reshape = (input: string, shape: string, output: string) =>
      edit.addNode({ opType: 'Reshape', inputs: [input, shape], outputs: [output] })
    reshape(inputs[at] ?? '', name(`${part}.heads`), name(`${part}.split`))
    edit.addNode({
      opType: 'SimplifiedLayerNormalization',
      inputs: [name(`${part}.split`), inputs[weight] ?? ''],
      outputs: [name(`${part}.normed`)],
      attributes: { axis: -1, stash_type: 1 },
      floatAttributes: { epsilon },
    })
    reshape(name(`${part}.normed`), name(`${part}.row`), name(`${part}.out`))
    inputs[at] = name(`${part}.out`)
  }
  inputs.length = Math.min(inputs.length, QUERY_NORM)
  while (inputs.at(-1) === '') inputs.pop()
  edit.change(node, { inputs })
}

/** Length of a list of constants. */
function sizeOf(model: Uint8Array, index: GraphIndex, name: string): number {
  const dims: number[] = []
  const tensor = index.initializers.get(name)
  for (const field of tensor ? fieldsIn(model, tensor) : []) {
    if (field.number !== TENSOR.dims) continue
    if (field.wireType === BYTES) dims.push(...varintsIn(model, field))
    else dims.push(integerOf(model, field))
    if (dims.length > 1) break
  }
  const [size = 0] = dims
  if (dims.length !== 1 || size < 1) {
    throw unsupported('the norm of its heads is no list of constants.', { tensor: name.slice(0, 200) })
  }
  return size
}
