import { assemble, copied, message, type Part } from './assemble.ts'
import { unsupported } from './model-error.ts'
import { attributeName } from './node-attributes.ts'
import { GRAPH, NODE } from './onnx-fields.ts'
import { attributeMessage, constantMessage, type NodeToWrite, nodeMessage, valueMessage } from './onnx-messages.ts'
import { type GraphIndex, type GraphNode, MAX_MODEL_BYTES } from './read-graph.ts'
import { rewrittenModel } from './rewritten-model.ts'
import { encode, type Field, fieldsIn } from './wire.ts'

export interface NodeChange {
  inputs?: readonly string[]
  outputs?: readonly string[]
  /** Integer attributes to set; others stay as they are. */
  attributes?: Readonly<Record<string, number>>
}

/** Collects changes to one model's graph and writes them at once. What it is not told to change keeps its bytes. */
export interface GraphEdit {
  /** Leaves out a node, input, output or initialiser. */
  drop(item: Field): void
  /** The same node with other inputs, outputs or attributes; later changes of one node add up. */
  change(node: GraphNode, change: NodeChange): void
  /** Writes the nodes in the place of one that is dropped. */
  substitute(node: GraphNode, nodes: readonly NodeToWrite[]): void
  addNode(node: NodeToWrite): void
  addConstant(...constant: Parameters<typeof constantMessage>): void
  addInput(...value: Parameters<typeof valueMessage>): void
  /** Says another type of an input. */
  retypeInput(...value: Parameters<typeof valueMessage>): void
  /** Says another type of an output. */
  retypeOutput(...value: Parameters<typeof valueMessage>): void
  addOutput(...value: Parameters<typeof valueMessage>): void
  /** A new buffer. @throws CodedError `engine/model-unsupported` above 2 GiB, `engine/out-of-memory` */
  write(): Uint8Array
}

/** @throws CodedError `engine/model-unsupported` from an `add…` whose name the model has already. */
export function createGraphEdit(model: Uint8Array, index: GraphIndex): GraphEdit {
  const replaced = new Map<number, Part[]>()
  const changes = new Map<GraphNode, Required<NodeChange>>()
  const added: Part[] = []
  const taken = new Set<string>()

  function claim(name: string): void {
    if (name === '') return
    if (index.names.has(name) || taken.has(name)) throw unsupported(`it already has a value named ${name}.`)
    taken.add(name)
  }
  function retype(number: number, before: Field | undefined, value: Uint8Array): void {
    if (before) replaced.set(before.start, message(number, [copied(value)]))
  }
  const push = (number: number, bytes: Uint8Array) => added.push(...message(number, [copied(bytes)]))
  return {
    drop(item) {
      replaced.set(item.start, [])
    },
    change(node, change) {
      const before = changes.get(node) ?? { inputs: node.inputs, outputs: node.outputs, attributes: {} }
      changes.set(node, {
        inputs: change.inputs ?? before.inputs,
        outputs: change.outputs ?? before.outputs,
        attributes: { ...before.attributes, ...change.attributes },
      })
    },
    substitute(node, nodes) {
      replaced.set(
        node.field.start,
        nodes.flatMap((one) => message(GRAPH.node, [copied(nodeMessage(one))])),
      )
    },
    addNode(node) {
      for (const output of node.outputs) claim(output)
      push(GRAPH.node, nodeMessage(node))
    },
    addConstant(...constant) {
      claim(constant[0])
      push(GRAPH.initializer, constantMessage(...constant))
    },
    addInput(...value) {
      claim(value[0])
      push(GRAPH.input, valueMessage(...value))
    },
    retypeInput: (...value) => retype(GRAPH.input, index.inputs.get(value[0]), valueMessage(...value)),
    retypeOutput: (...value) => retype(GRAPH.output, index.outputs.get(value[0]), valueMessage(...value)),
    addOutput(...value) {
      push(GRAPH.output, valueMessage(...value))
    },
    write() {
      for (const [node, change] of changes) {
        if (!replaced.has(node.field.start)) replaced.set(node.field.start, changedNode(model, node, change))
      }
      return assemble(rewrittenModel(model, replaced, added), MAX_MODEL_BYTES)
    },
  }
}

function changedNode(model: Uint8Array, node: GraphNode, change: Required<NodeChange>): Part[] {
  const names = encode((writer) => {
    for (const input of change.inputs) writer.writeStringField(NODE.input, input)
    for (const output of change.outputs) writer.writeStringField(NODE.output, output)
  })
  const parts: Part[] = [copied(names)]
  for (const field of fieldsIn(model, node.field)) {
    if (field.number === NODE.input || field.number === NODE.output) continue
    if (field.number === NODE.attribute && attributeName(model, field) in change.attributes) continue
    parts.push(copied(model.subarray(field.start, field.end)))
  }
  for (const [name, value] of Object.entries(change.attributes)) {
    parts.push(...message(NODE.attribute, [copied(attributeMessage(name, value))]))
  }
  return message(GRAPH.node, parts)
}
