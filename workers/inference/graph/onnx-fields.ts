/** Field numbers and enum values of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), as far as they are used. */

export const MODEL = { graph: 7 } as const

export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const

export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const

export const ATTRIBUTE = { name: 1, i: 3, g: 6, graphs: 11, type: 20 } as const

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { int: 2 } as const

export const TENSOR = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  name: 8,
  rawData: 9,
  dataLocation: 14,
} as const

/** TensorProto.DataType */
export const DATA_TYPE = { float: 1, uint8: 2, float16: 10 } as const

/** TensorProto.DataLocation */
export const EXTERNAL = 1

export const VALUE_INFO = { name: 1, type: 2 } as const

/** TypeProto.tensor_type and TypeProto.Tensor.elem_type */
export const TENSOR_TYPE = { tensorType: 1, elemType: 1 } as const
