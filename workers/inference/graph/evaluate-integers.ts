import type { GraphLinks } from './graph-links.ts'
import { integerAttributes, tensorAttributes } from './node-attributes.ts'
import { DATA_TYPE, TENSOR } from './onnx-fields.ts'
import type { GraphIndex, GraphNode } from './read-graph.ts'
import { BYTES, bytesOf, type Field, fieldsIn, integerOf, varintsIn } from './wire.ts'

/** A small tensor of integers, row-major. */
export interface Integers {
  dims: number[]
  data: number[]
}

export interface Evaluation {
  /** Null where a step is unknown; `unknown` then says which. */
  value: Integers | null
  unknown: string
  /** The nodes it took, without constants. */
  nodes: Set<GraphNode>
}

/** Exporters take six to twelve nodes from the mask to the lengths. */
const MAX_NODES = 64
const MAX_ELEMENTS = 64

class UnknownStep extends Error {}

/**
 * Computes a value of the graph from given inputs, as far as integer shapes and sums go: enough to see what a length is, and not only how
 * an exporter writes it.
 */
export function evaluateIntegers(
  file: Uint8Array,
  index: GraphIndex,
  links: GraphLinks,
  given: ReadonlyMap<string, Integers>,
  wanted: string,
): Evaluation {
  const nodes = new Set<GraphNode>()
  const known = new Map(given)

  function valueOf(name: string): Integers {
    const before = known.get(name)
    if (before) return before
    const initializer = index.initializers.get(name)
    const value = initializer && !index.inputs.has(name) ? constantOf(file, initializer) : computed(name)
    known.set(name, value)
    return value
  }

  function computed(name: string): Integers {
    const node = links.producer(name)
    if (node === null) throw new UnknownStep(`the input ${name.slice(0, 100)}`)
    if (nodes.has(node) || nodes.size >= MAX_NODES) throw new UnknownStep('a circle')
    if (node.opType !== 'Constant') nodes.add(node)
    if (node.domain !== '' && node.domain !== 'ai.onnx') throw new UnknownStep(node.opType.slice(0, 100))
    return applied(node)
  }

  function applied(node: GraphNode): Integers {
    const attributes = integerAttributes(file, node)
    const input = (at: number): Integers => valueOf(node.inputs[at] ?? '')
    switch (node.opType) {
      case 'Constant': {
        const tensor = tensorAttributes(file, node).get('value')
        const scalar = attributes.get('value_int')
        if (scalar !== undefined) return { dims: [], data: [scalar] }
        if (tensor) return constantOf(file, tensor)
        break
      }
      case 'Identity':
        return input(0)
      case 'Cast':
        if (attributes.get('to') === DATA_TYPE.int32 || attributes.get('to') === DATA_TYPE.int64) return input(0)
        break
      case 'Shape': {
        const { dims } = input(0)
        const shape = dims.slice(attributes.get('start') ?? 0, attributes.get('end') ?? dims.length)
        return { dims: [shape.length], data: shape }
      }
      case 'Add':
        return combined(input(0), input(1), (a, b) => a + b)
      case 'Neg': {
        const { dims, data } = input(0)
        return { dims, data: data.map((value) => -value) }
      }
      case 'Sub':
        return combined(input(0), input(1), (a, b) => a - b)
      case 'Gather':
        if ((attributes.get('axis') ?? 0) === 0) return gathered(input(0), input(1))
        break
      case 'ReduceSum':
        if (node.inputs.length > 1) return summed(input(0), input(1).data, (attributes.get('keepdims') ?? 1) === 1)
        break
      case 'Squeeze':
      case 'Unsqueeze':
      case 'Reshape': {
        // Lengths hold one number for each row, so the shape that remains is all that matters: a list.
        const { data } = input(0)
        return { dims: [data.length], data }
      }
    }
    throw new UnknownStep(node.opType.slice(0, 100))
  }

  try {
    return { value: valueOf(wanted), unknown: '', nodes }
  } catch (error) {
    if (error instanceof UnknownStep) return { value: null, unknown: error.message, nodes }
    throw error
  }
}

function combined(a: Integers, b: Integers, of: (a: number, b: number) => number): Integers {
  const [longer, shorter] = a.data.length >= b.data.length ? [a, b] : [b, a]
  if (shorter.data.length !== 1 && shorter.data.length !== longer.data.length) throw new UnknownStep('a sum of lists')
  const at = (list: Integers, i: number) => list.data[list.data.length === 1 ? 0 : i] ?? 0
  return { dims: longer.dims, data: longer.data.map((_, i) => of(at(a, i), at(b, i))) }
}

function gathered(list: Integers, indices: Integers): Integers {
  if (list.dims.length !== 1) throw new UnknownStep('Gather')
  const data = indices.data.map((i) => list.data.at(i))
  if (!data.every((value) => value !== undefined)) throw new UnknownStep('Gather')
  return { dims: indices.dims, data }
}

/** Over the last axis of a matrix, as a mask is summed. */
function summed({ dims, data }: Integers, axes: number[], keep: boolean): Integers {
  const [rows = 0, columns = 0] = dims
  if (dims.length !== 2 || axes.length !== 1 || (axes[0] !== 1 && axes[0] !== -1)) throw new UnknownStep('ReduceSum')
  const sums = Array.from({ length: rows }, (_, row) =>
    data.slice(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value, 0),
  )
  return { dims: keep ? [rows, 1] : [rows], data: sums }
}

function constantOf(file: Uint8Array, tensor: Field): Integers {
  const dims: number[] = []
  const data: number[] = []
  let dataType = 0
  for (const field of fieldsIn(file, tensor)) {
    if (dims.length + data.length > MAX_ELEMENTS) throw new UnknownStep('a long constant')
    if (field.number === TENSOR.dims && field.wireType !== BYTES) dims.push(integerOf(file, field))
    else if (field.number === TENSOR.dims) dims.push(...packedVarints(file, field))
    else if (field.number === TENSOR.dataType) dataType = integerOf(file, field)
    else if (field.number === TENSOR.dataLocation) throw new UnknownStep('a constant in another file')
  }
  for (const field of fieldsIn(file, tensor)) {
    const isList = field.number === TENSOR.int64Data || field.number === TENSOR.int32Data
    if (field.number === TENSOR.rawData) data.push(...rawIntegers(bytesOf(file, field), dataType))
    else if (isList && field.wireType === BYTES) data.push(...packedVarints(file, field))
    else if (isList) data.push(integerOf(file, field))
    if (data.length > MAX_ELEMENTS) throw new UnknownStep('a long constant')
  }
  if (data.length !== dims.reduce((product, dim) => product * dim, 1)) throw new UnknownStep('a damaged constant')
  return { dims, data }
}

function rawIntegers(raw: Uint8Array, dataType: number): number[] {
  const width = dataType === DATA_TYPE.int64 ? 8 : 4
  if (dataType !== DATA_TYPE.int64 && dataType !== DATA_TYPE.int32) throw new UnknownStep('a constant of another type')
  if (raw.length % width !== 0 || raw.length > MAX_ELEMENTS * width) throw new UnknownStep('a long constant')
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
  return Array.from({ length: raw.length / width }, (_, i) =>
    width === 8 ? Number(view.getBigInt64(i * 8, true)) : view.getInt32(i * 4, true),
  )
}

function packedVarints(file: Uint8Array, list: Field): number[] {
  if (list.end - list.valueStart > MAX_ELEMENTS * 10) throw new UnknownStep('a long constant')
  return varintsIn(file, list)
}
