import type { PbfWriter } from 'pbf'
import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_TYPE, GRAPH, NODE, TENSOR, TENSOR_TYPE, VALUE_INFO } from './onnx-fields.ts'
import { encode, header } from './wire.ts'

export interface NodeToWrite {
  opType: string
  inputs: string[]
  outputs: string[]
  name?: string
  /** Integer attributes. */
  attributes?: Record<string, number>
  floatAttributes?: Record<string, number>
  /** Whole AttributeProtos without their tags. */
  rawAttributes?: readonly Uint8Array[]
  /** Default: ONNX's own. */
  domain?: string
}

/** A NodeProto, without its tag. */
export function nodeMessage(node: NodeToWrite): Uint8Array {
  return encode((writer) => {
    for (const input of node.inputs) writer.writeStringField(NODE.input, input)
    for (const output of node.outputs) writer.writeStringField(NODE.output, output)
    if (node.name) writer.writeStringField(NODE.name, node.name)
    writer.writeStringField(NODE.opType, node.opType)
    for (const attribute of Object.entries(node.attributes ?? {}))
      writer.writeMessage(NODE.attribute, writeAttribute, attribute)
    for (const attribute of Object.entries(node.floatAttributes ?? {}))
      writer.writeMessage(NODE.attribute, writeFloatAttribute, attribute)
    for (const attribute of node.rawAttributes ?? []) writer.writeBytesField(NODE.attribute, attribute)
    if (node.domain) writer.writeStringField(NODE.domain, node.domain)
  })
}

/** An integer AttributeProto, without its tag. */
export function attributeMessage(name: string, value: number): Uint8Array {
  return encode((writer) => writeAttribute([name, value], writer))
}

function writeAttribute([name, value]: [string, number], writer: PbfWriter): void {
  writer.writeStringField(ATTRIBUTE.name, name)
  writer.writeVarintField(ATTRIBUTE.i, value)
  writer.writeVarintField(ATTRIBUTE.type, ATTRIBUTE_TYPE.int)
}

function writeFloatAttribute([name, value]: [string, number], writer: PbfWriter): void {
  writer.writeStringField(ATTRIBUTE.name, name)
  writer.writeFloatField(ATTRIBUTE.f, value)
  writer.writeVarintField(ATTRIBUTE.type, ATTRIBUTE_TYPE.float)
}

/** An AttributeProto that holds a graph without inputs of its own: a branch of an If, which sees the values around it. */
export function graphAttribute(name: string, nodes: readonly NodeToWrite[], outputs: readonly string[]): Uint8Array {
  const graph = encode((writer) => {
    for (const node of nodes) writer.writeBytesField(GRAPH.node, nodeMessage(node))
    writer.writeStringField(GRAPH.name, name)
    for (const output of outputs) writer.writeBytesField(GRAPH.output, floatValueMessage(output))
  })
  return encode((writer) => {
    writer.writeStringField(ATTRIBUTE.name, name)
    writer.writeBytesField(ATTRIBUTE.g, graph)
    writer.writeVarintField(ATTRIBUTE.type, ATTRIBUTE_TYPE.graph)
  })
}

/** A ValueInfoProto for a float32 tensor of any shape, without its tag: the runtime infers the shape. */
export function floatValueMessage(name: string): Uint8Array {
  return valueMessage(name, DATA_TYPE.float)
}

/** A ValueInfoProto without its tag. A dimension is a size, the name of one, or '' for any; without `dims` the shape is left to the runtime. */
export function valueMessage(name: string, dataType: number, dims?: readonly (number | string)[]): Uint8Array {
  return encode((writer) => {
    writer.writeStringField(VALUE_INFO.name, name)
    writer.writeMessage(
      VALUE_INFO.type,
      (_, type) => {
        type.writeMessage(
          TENSOR_TYPE.tensorType,
          (_none, tensor) => {
            tensor.writeVarintField(TENSOR_TYPE.elemType, dataType)
            if (dims) tensor.writeMessage(TENSOR_TYPE.shape, writeShape, dims)
          },
          null,
        )
      },
      null,
    )
  })
}

function writeShape(dims: readonly (number | string)[], writer: PbfWriter): void {
  for (const dim of dims) {
    writer.writeMessage(
      TENSOR_TYPE.dim,
      (_, field) => {
        if (typeof dim === 'number') field.writeVarintField(TENSOR_TYPE.dimValue, dim)
        else if (dim !== '') field.writeStringField(TENSOR_TYPE.dimParam, dim)
      },
      null,
    )
  }
}

/** A small TensorProto without its tag; integers as int32 or int64, little-endian. A scalar has no dims. */
export function constantMessage(
  name: string,
  type: 'float' | 'int32' | 'int64',
  dims: readonly number[],
  values: readonly number[],
): Uint8Array {
  const width = type === 'int64' ? 8 : 4
  const raw = new DataView(new ArrayBuffer(values.length * width))
  for (const [i, value] of values.entries()) {
    if (type === 'float') raw.setFloat32(i * width, value, true)
    else if (type === 'int32') raw.setInt32(i * width, value, true)
    else raw.setBigInt64(i * width, BigInt(value), true)
  }
  return encode((writer) => {
    for (const dim of dims) writer.writeVarintField(TENSOR.dims, dim)
    writer.writeVarintField(TENSOR.dataType, DATA_TYPE[type])
    writer.writeStringField(TENSOR.name, name)
    writer.writeBytesField(TENSOR.rawData, new Uint8Array(raw.buffer))
  })
}

/** What comes before the values of a float32 TensorProto: `rawBytes` of them must follow. */
export function floatTensorPrefix(name: string, dims: number[], rawBytes: number): Uint8Array {
  return encode((writer) => {
    for (const dim of dims) writer.writeVarintField(TENSOR.dims, dim)
    writer.writeVarintField(TENSOR.dataType, DATA_TYPE.float)
    writer.writeStringField(TENSOR.name, name)
    const rawHeader = header(TENSOR.rawData, rawBytes)
    writer.realloc(rawHeader.length)
    writer.buf.set(rawHeader, writer.pos)
    writer.pos += rawHeader.length
  })
}
