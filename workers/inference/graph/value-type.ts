import { TENSOR_TYPE, VALUE_INFO } from './onnx-fields.ts'
import { BYTES, type Field, fieldsIn, integerOf, nameOf } from './wire.ts'

/** What a graph says of an input or output. */
export interface ValueType {
  name: string
  /** TensorProto.DataType; 0 when it is not said. */
  dataType: number
  /** A size, the name of one, or '' where nothing is said; null without a shape. */
  dims: (number | string)[] | null
}

export function valueTypeOf(file: Uint8Array, value: Field): ValueType {
  const result: ValueType = { name: '', dataType: 0, dims: null }
  for (const field of fieldsIn(file, value)) {
    if (field.number === VALUE_INFO.name) result.name = nameOf(file, field)
    if (field.number !== VALUE_INFO.type) continue
    for (const kind of fieldsIn(file, field)) {
      if (kind.number === TENSOR_TYPE.tensorType) readTensorType(file, kind, result)
    }
  }
  return result
}

function readTensorType(file: Uint8Array, tensor: Field, result: ValueType): void {
  for (const field of fieldsIn(file, tensor)) {
    if (field.number === TENSOR_TYPE.elemType) result.dataType = integerOf(file, field)
    if (field.number === TENSOR_TYPE.shape && field.wireType === BYTES) {
      result.dims = [...fieldsIn(file, field)].map((dim) => dimOf(file, dim))
    }
  }
}

function dimOf(file: Uint8Array, dim: Field): number | string {
  for (const field of fieldsIn(file, dim)) {
    if (field.number === TENSOR_TYPE.dimValue) return integerOf(file, field)
    if (field.number === TENSOR_TYPE.dimParam) return nameOf(file, field)
  }
  return ''
}
