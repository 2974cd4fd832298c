import { PbfWriter } from 'pbf'

/** Writes small ONNX models for the tests, from the field numbers of onnx.proto and by code of its own: what is tested writes differently. */

export const FLOAT = 1
export const UINT8 = 2
export const FLOAT16 = 10

export interface TinyNode {
  opType: string
  inputs: string[]
  outputs: string[]
  domain?: string
  ints?: Record<string, number>
  floats?: Record<string, number>
  /** Nested graphs, as If and Loop have them. */
  graphs?: Uint8Array[]
}

export interface TinyTensor {
  name: string
  dataType: number
  dims: number[]
  raw: Uint8Array
  /** Writes float_data instead of raw_data. */
  asFloatData?: boolean
  external?: boolean
}

export interface TinyValue {
  name: string
  dataType: number
  dims: (number | string)[]
}

export interface TinyGraph {
  nodes: TinyNode[]
  tensors?: TinyTensor[]
  inputs?: TinyValue[]
  outputs?: TinyValue[]
}

export function tinyModel(graph: TinyGraph): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, 8)
  writer.writeBytesField(7, tinyGraph(graph))
  for (const [domain, version] of [
    ['', 17],
    ['com.microsoft', 1],
  ] as const) {
    writer.writeMessage(
      8,
      (_, opset) => {
        opset.writeStringField(1, domain)
        opset.writeVarintField(2, version)
      },
      null,
    )
  }
  return writer.finish()
}

export function tinyGraph({ nodes, tensors = [], inputs = [], outputs = [] }: TinyGraph): Uint8Array {
  const writer = new PbfWriter()
  for (const node of nodes) writer.writeMessage(1, writeNode, node)
  writer.writeStringField(2, 'tiny')
  for (const tensor of tensors) writer.writeMessage(5, writeTensor, tensor)
  for (const value of inputs) writer.writeMessage(11, writeValue, value)
  for (const value of outputs) writer.writeMessage(12, writeValue, value)
  return writer.finish()
}

function writeNode(node: TinyNode, writer: PbfWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input)
  for (const output of node.outputs) writer.writeStringField(2, output)
  writer.writeStringField(4, node.opType)
  for (const [name, value] of Object.entries(node.ints ?? {})) {
    writer.writeMessage(
      5,
      (_, attribute) => {
        attribute.writeStringField(1, name)
        attribute.writeVarintField(3, value)
        attribute.writeVarintField(20, 2)
      },
      null,
    )
  }
  for (const [name, value] of Object.entries(node.floats ?? {})) {
    writer.writeMessage(
      5,
      (_, attribute) => {
        attribute.writeStringField(1, name)
        attribute.writeFloatField(2, value)
        attribute.writeVarintField(20, 1)
      },
      null,
    )
  }
  for (const [i, graph] of (node.graphs ?? []).entries()) {
    writer.writeMessage(
      5,
      (_, attribute) => {
        attribute.writeStringField(1, `branch_${i}`)
        attribute.writeBytesField(6, graph)
        attribute.writeVarintField(20, 5)
      },
      null,
    )
  }
  if (node.domain) writer.writeStringField(7, node.domain)
}

function writeTensor({ name, dataType, dims, raw, asFloatData, external }: TinyTensor, writer: PbfWriter): void {
  for (const dim of dims) writer.writeVarintField(1, dim)
  writer.writeVarintField(2, dataType)
  writer.writeStringField(8, name)
  if (external) writer.writeVarintField(14, 1)
  else writer.writeBytesField(asFloatData ? 4 : 9, raw)
}

function writeValue({ name, dataType, dims }: TinyValue, writer: PbfWriter): void {
  writer.writeStringField(1, name)
  writer.writeMessage(
    2,
    (_, type) =>
      type.writeMessage(
        1,
        (_none, tensor) => {
          tensor.writeVarintField(1, dataType)
          tensor.writeMessage(2, writeShape, dims)
        },
        null,
      ),
    null,
  )
}

function writeShape(dims: (number | string)[], writer: PbfWriter): void {
  for (const dim of dims) {
    writer.writeMessage(
      1,
      (_, field) => (typeof dim === 'number' ? field.writeVarintField(1, dim) : field.writeStringField(2, dim)),
      null,
    )
  }
}
