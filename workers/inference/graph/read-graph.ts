import { unreadable, unsupported } from './model-error.ts'
import { ATTRIBUTE, GRAPH, MODEL, NODE, TENSOR, VALUE_INFO } from './onnx-fields.ts'
import { type Field, fieldsIn, fieldsOf, nameOf } from './wire.ts'

/** Protobuf's own limit, and more than a 32-bit WebAssembly memory can hold beside its session. */
export const MAX_MODEL_BYTES = 0x7fff_ffff

/** Nodes of a graph with its subgraphs: decoders on the hub have 300 to 5,000. */
export const MAX_GRAPH_NODES = 50_000

/** Tensors, inputs, outputs and typed values: a few for each node. */
export const MAX_GRAPH_VALUES = 200_000

/** Inputs and outputs of one node: the widest are Concat and Split over all heads. */
const MAX_NODE_VALUES = 4_096

/** Graphs inside nodes inside graphs (If, Loop): exports nest twice at most. */
const MAX_GRAPH_DEPTH = 8

/** One node; attributes stay unread until asked for. */
export interface GraphNode {
  field: Field
  name: string
  opType: string
  domain: string
  inputs: string[]
  outputs: string[]
  attributes: Field[]
}

/** Where things lie in a model file; no weight is touched. A name may be known although nothing else of its value is. */
export interface GraphIndex {
  /** Of the main graph, in file order. */
  nodes: GraphNode[]
  initializers: Map<string, Field>
  /** Graph inputs and outputs: where their types are said. */
  inputs: Map<string, Field>
  outputs: Map<string, Field>
  /** Where the type of an inner value is said. */
  values: Map<string, Field>
  /** Nodes in graphs inside nodes. */
  innerNodes: GraphNode[]
  /** Every name of a value or node: what a transform adds must not be among them. */
  names: Set<string>
}

/**
 * Reads the structure of an ONNX ModelProto, within the caps of this file, which also bound what the runtime's parser will meet.
 *
 * @throws CodedError `engine/model-unreadable`, or `engine/model-unsupported` above a cap.
 */
export function readGraph(model: Uint8Array): GraphIndex {
  if (model.length > MAX_MODEL_BYTES) throw unsupported('its graph file is larger than 2 GiB.', { bytes: model.length })
  const index: GraphIndex = {
    nodes: [],
    initializers: new Map(),
    inputs: new Map(),
    outputs: new Map(),
    values: new Map(),
    innerNodes: [],
    names: new Set(),
  }
  let hasGraph = false
  for (const field of fieldsOf(model)) {
    if (field.number !== MODEL.graph) continue
    // A repeated `graph` merges, as protobuf has it for a message field that should occur once.
    readGraphMessage(model, field, index, 0)
    hasGraph = true
  }
  if (!hasGraph || index.nodes.length === 0)
    throw unreadable('it is not an ONNX file: no graph is in it.', { bytes: model.length })
  return index
}

function readGraphMessage(file: Uint8Array, graph: Field, index: GraphIndex, depth: number): void {
  if (depth > MAX_GRAPH_DEPTH)
    throw unsupported(`its graphs are nested more than ${MAX_GRAPH_DEPTH} deep.`, { position: graph.start })
  for (const field of fieldsIn(file, graph)) {
    switch (field.number) {
      case GRAPH.node: {
        const node = readNode(file, field)
        const nodes = depth === 0 ? index.nodes : index.innerNodes
        nodes.push(node)
        if (index.nodes.length + index.innerNodes.length > MAX_GRAPH_NODES) {
          throw unsupported(`its graph has more than ${MAX_GRAPH_NODES} nodes.`)
        }
        for (const name of [node.name, ...node.inputs, ...node.outputs]) addName(index, name)
        for (const inner of innerGraphs(file, node)) readGraphMessage(file, inner, index, depth + 1)
        break
      }
      case GRAPH.initializer: {
        const name = nameIn(file, field, TENSOR.name)
        addName(index, name)
        if (depth > 0) break
        if (index.initializers.has(name))
          throw unreadable('two of its tensors have one name.', { name: name.slice(0, 200) })
        index.initializers.set(name, field)
        break
      }
      case GRAPH.input:
      case GRAPH.output:
      case GRAPH.valueInfo: {
        const name = nameIn(file, field, VALUE_INFO.name)
        addName(index, name)
        if (depth > 0) break
        if (field.number === GRAPH.input) index.inputs.set(name, field)
        if (field.number === GRAPH.output) index.outputs.set(name, field)
        if (field.number === GRAPH.valueInfo) index.values.set(name, field)
        break
      }
    }
  }
}

function readNode(file: Uint8Array, nodeField: Field): GraphNode {
  const node: GraphNode = {
    field: nodeField,
    name: '',
    opType: '',
    domain: '',
    inputs: [],
    outputs: [],
    attributes: [],
  }
  for (const field of fieldsIn(file, nodeField)) {
    if (field.number === NODE.input) node.inputs.push(nameOf(file, field))
    else if (field.number === NODE.output) node.outputs.push(nameOf(file, field))
    else if (field.number === NODE.attribute) node.attributes.push(field)
    else if (field.number === NODE.name) node.name = nameOf(file, field)
    else if (field.number === NODE.opType) node.opType = nameOf(file, field)
    else if (field.number === NODE.domain) node.domain = nameOf(file, field)
    if (node.inputs.length + node.outputs.length + node.attributes.length > MAX_NODE_VALUES) {
      throw unsupported(`one of its nodes has more than ${MAX_NODE_VALUES} values.`, { position: nodeField.start })
    }
  }
  if (node.opType === '') throw unreadable('it is not an ONNX file, or it is damaged.', { position: nodeField.start })
  return node
}

function* innerGraphs(file: Uint8Array, node: GraphNode): Generator<Field, void, void> {
  for (const attribute of node.attributes) {
    for (const field of fieldsIn(file, attribute)) {
      if (field.number === ATTRIBUTE.g || field.number === ATTRIBUTE.graphs) yield field
    }
  }
}

function nameIn(file: Uint8Array, message: Field, number: number): string {
  let name = ''
  for (const field of fieldsIn(file, message)) if (field.number === number) name = nameOf(file, field)
  return name
}

function addName(index: GraphIndex, name: string): void {
  index.names.add(name)
  if (index.names.size > MAX_GRAPH_VALUES) throw unsupported(`its graph has more than ${MAX_GRAPH_VALUES} names.`)
}
