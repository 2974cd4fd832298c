import type { PbfWriter } from 'pbf'
import { ATTRIBUTE, ATTRIBUTE_TYPE, DATA_TYPE, NODE, TENSOR, TENSOR_TYPE, VALUE_INFO } from './onnx-fields.ts'
import { encode, header } from './wire.ts'

export interface NodeToWrite {
  opType: string
  inputs: string[]
  outputs: string[]
  name?: string
  /** Integer attributes. */
  attributes?: Record<string, number>
}

/** A NodeProto of the default domain, without its tag. */
export function nodeMessage(node: NodeToWrite): Uint8Array {
  return encode((writer) => {
    for (const input of node.inputs) writer.writeStringField(NODE.input, input)
    for (const output of node.outputs) writer.writeStringField(NODE.output, output)
    if (node.name) writer.writeStringField(NODE.name, node.name)
    writer.writeStringField(NODE.opType, node.opType)
    for (const attribute of Object.entries(node.attributes ?? {}))
      writer.writeMessage(NODE.attribute, writeAttribute, attribute)
  })
}

function writeAttribute([name, value]: [string, number], writer: PbfWriter): void {
  writer.writeStringField(ATTRIBUTE.name, name)
  writer.writeVarintField(ATTRIBUTE.i, value)
  writer.writeVarintField(ATTRIBUTE.type, ATTRIBUTE_TYPE.int)
}

/** A ValueInfoProto for a float32 tensor of any shape, without its tag: the runtime infers the shape. */
export function floatValueMessage(name: string): Uint8Array {
  return encode((writer) => {
    writer.writeStringField(VALUE_INFO.name, name)
    writer.writeMessage(
      VALUE_INFO.type,
      (_, type) => {
        type.writeMessage(
          TENSOR_TYPE.tensorType,
          (_none, tensor) => tensor.writeVarintField(TENSOR_TYPE.elemType, DATA_TYPE.float),
          null,
        )
      },
      null,
    )
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
