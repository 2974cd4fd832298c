/** Field numbers and enum values of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), as far as they are used. */

export const MODEL = { graph: 7, opsetImport: 8 } as const

export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const

export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const

export const ATTRIBUTE = { name: 1, f: 2, i: 3, t: 5, g: 6, ints: 8, graphs: 11, type: 20 } as const

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, graph: 5 } as const

export const TENSOR = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  int64Data: 7,
  name: 8,
  rawData: 9,
  externalData: 13,
  dataLocation: 14,
} as const

/** TensorProto.DataType */
export const DATA_TYPE = { float: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const

/** TensorProto.DataLocation */
export const EXTERNAL = 1

/** StringStringEntryProto */
export const STRING_ENTRY = { key: 1, value: 2 } as const

export const VALUE_INFO = { name: 1, type: 2 } as const

/** TypeProto.tensor_type; TypeProto.Tensor.elem_type and .shape; TensorShapeProto.dim; its dim_value and dim_param. */
export const TENSOR_TYPE = { tensorType: 1, elemType: 1, shape: 2, dim: 1, dimValue: 1, dimParam: 2 } as const
