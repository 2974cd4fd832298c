import { type AttentionLayer, findAttention } from './find-attention.ts'
import { findHead, type Head } from './find-head.ts'
import { findLengths, type Lengths } from './find-lengths.ts'
import { findPositions, type Positions } from './find-positions.ts'
import { type GraphLinks, linksOf } from './graph-links.ts'
import { NotUnderstood } from './not-understood.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import { type GraphIndex, readGraph } from './read-graph.ts'
import { type ValueType, valueTypeOf } from './value-type.ts'

/** A decoder whose every input and output is accounted for, found by what feeds what, whatever things are called. */
export interface DecoderPlan {
  index: GraphIndex
  links: GraphLinks
  /** int64 or int32 [batch, sequence]; used as an index into embeddings and nowhere else. */
  inputIds: ValueType
  lengths: Lengths
  positions: Positions
  /** In the order of the graph. */
  layers: AttentionLayer[]
  head: Head
  /** Of the logits: float32 or float16. */
  logitsType: number
  /** Inputs that nothing reads. */
  unusedInputs: string[]
}

/** Why a graph is left as it is: one plain sentence. It runs on the plain path. */
export interface PlainGraph {
  plain: string
}

/**
 * Finds the parts that the other transforms rewrite. A graph of another shape is no error: the answer then says what was not understood.
 *
 * @throws CodedError `engine/model-unreadable` if the bytes are damaged, `engine/model-unsupported` above the caps of `readGraph`.
 */
export function recogniseDecoder(model: Uint8Array): DecoderPlan | PlainGraph {
  const index = readGraph(model)
  try {
    return planOf(model, index)
  } catch (error) {
    if (error instanceof NotUnderstood) return { plain: error.message }
    throw error
  }
}

function planOf(model: Uint8Array, index: GraphIndex): DecoderPlan {
  const links = linksOf(index)
  if (index.nodes.some((node) => node.opType === 'DynamicQuantizeLinear')) {
    throw new NotUnderstood(
      'Its products round every row by the rows that run beside it, so requests cannot share a run.',
    )
  }
  const layers = findAttention(model, index, links)
  const lengths = findLengths(model, index, links, layers)
  const positions = findPositions(model, index, links, layers)

  const present = new Set(layers.flatMap((layer) => [layer.presentKey, layer.presentValue]))
  const others = [...index.outputs.keys()].filter((name) => !present.has(name) && !name.startsWith('locus.'))
  const [logits, another] = others
  if (logits === undefined || another !== undefined) {
    throw new NotUnderstood(`It has ${others.length} outputs besides its key-value cache, where one was expected.`)
  }
  const head = findHead(model, index, links, logits)
  const logitsType = valueTypeOf(model, fieldOf(index.outputs, logits)).dataType
  if (logitsType !== DATA_TYPE.float && logitsType !== DATA_TYPE.float16) {
    throw new NotUnderstood('Its logits are neither float32 nor float16.')
  }

  const past = layers.flatMap((layer) => [layer.pastKey, layer.pastValue])
  const accounted = new Set([...past, lengths.mask, positions.input ?? '', head.keep?.input ?? ''])
  const free = [...index.inputs.keys()].filter((name) => !accounted.has(name) && !index.initializers.has(name))
  const used = free.filter((name) => links.consumers(name).length > 0 || index.outputs.has(name))
  const [ids, unknown] = used
  if (ids === undefined || unknown !== undefined) {
    throw new NotUnderstood(
      `It has ${used.length} inputs besides its cache, mask and positions, where one was expected.`,
    )
  }
  const inputIds = valueTypeOf(model, fieldOf(index.inputs, ids))
  const isIndex = links
    .consumers(ids)
    .every((node) => /^Gather(BlockQuantized)?$/.test(node.opType) && node.inputs[1] === ids && node.inputs[0] !== ids)
  if (!isIndex || (inputIds.dataType !== DATA_TYPE.int64 && inputIds.dataType !== DATA_TYPE.int32)) {
    throw new NotUnderstood('Its first input is not a list of token ids that pick embeddings.')
  }
  const unusedInputs = free.filter((name) => !used.includes(name))
  return { index, links, inputIds, lengths, positions, layers, head, logitsType, unusedInputs }
}

function fieldOf<T>(fields: ReadonlyMap<string, T>, name: string): T {
  const field = fields.get(name)
  if (field === undefined) throw new NotUnderstood(`It has no ${name.slice(0, 100)}.`)
  return field
}
