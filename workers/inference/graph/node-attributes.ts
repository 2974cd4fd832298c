import { ATTRIBUTE } from './onnx-fields.ts'
import type { GraphNode } from './read-graph.ts'
import { bytesOf, FIXED32, type Field, fieldsIn, integerOf, nameOf } from './wire.ts'

/** The name of an AttributeProto. */
export function attributeName(file: Uint8Array, attribute: Field): string {
  let name = ''
  for (const field of fieldsIn(file, attribute)) if (field.number === ATTRIBUTE.name) name = nameOf(file, field)
  return name
}

/** The integer attributes of a node, by name. */
export function integerAttributes(file: Uint8Array, node: GraphNode): Map<string, number> {
  return attributesOf(file, node, ATTRIBUTE.i, integerOf)
}

/** The float32 attributes of a node, by name. */
export function floatAttributes(file: Uint8Array, node: GraphNode): Map<string, number> {
  return attributesOf(file, node, ATTRIBUTE.f, (_, field) => {
    if (field.wireType !== FIXED32) return Number.NaN
    return new DataView(file.buffer, file.byteOffset + field.valueStart, 4).getFloat32(0, true)
  })
}

/** The tensor attributes of a node: a TensorProto each, by name. */
export function tensorAttributes(file: Uint8Array, node: GraphNode): Map<string, Field> {
  return attributesOf(file, node, ATTRIBUTE.t, (_, field) => {
    // Refuses what is not a message, as every reader of a field does.
    bytesOf(file, field)
    return field
  })
}

function attributesOf<T>(
  file: Uint8Array,
  node: GraphNode,
  number: number,
  read: (file: Uint8Array, field: Field) => T,
): Map<string, T> {
  const attributes = new Map<string, T>()
  for (const attribute of node.attributes) {
    let name = ''
    let value: T | null = null
    for (const field of fieldsIn(file, attribute)) {
      if (field.number === ATTRIBUTE.name) name = nameOf(file, field)
      else if (field.number === number) value = read(file, field)
    }
    if (value !== null) attributes.set(name, value)
  }
  return attributes
}
