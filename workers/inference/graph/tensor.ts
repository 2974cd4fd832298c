import { halfToFloat } from './half-float.ts'
import { unreadable, unsupported } from './model-error.ts'
import { DATA_TYPE, EXTERNAL, TENSOR } from './onnx-fields.ts'
import { BYTES, bytesOf, type Field, fieldsIn, integerOf } from './wire.ts'

/** A constant of the graph. `data` is a view on the file, little-endian, not aligned. */
export interface ConstantTensor {
  dataType: number
  data: Uint8Array
}

/** @throws CodedError `engine/model-unsupported` if the values are in another file or in a field of their own type. */
export function readTensor(file: Uint8Array, tensor: Field, name: string): ConstantTensor {
  let dataType = 0
  let data: Uint8Array | null = null
  for (const field of fieldsIn(file, tensor)) {
    if (field.number === TENSOR.dataType) dataType = integerOf(file, field)
    else if (field.number === TENSOR.rawData) data = bytesOf(file, field)
    // A packed list of floats has the bytes of raw data. In several pieces it would have to be copied together: no exporter does that.
    else if (field.number === TENSOR.floatData && field.wireType === BYTES && data === null) data = bytesOf(file, field)
    else if (field.number === TENSOR.dataLocation && integerOf(file, field) === EXTERNAL) {
      throw unsupported('the weights of a product are in another file.', { tensor: name.slice(0, 200) })
    }
  }
  if (data === null)
    throw unsupported('the weights of a product are not stored as raw bytes.', { tensor: name.slice(0, 200) })
  return { dataType, data }
}

/** Float32 or float16, and exactly `count` values. @throws CodedError otherwise */
export function checkFloats(tensor: ConstantTensor, count: number, name: string): void {
  const width = widthOf(tensor, name)
  if (tensor.data.length !== count * width) throw wrongSize(name, tensor.data.length, count * width)
}

/** The values of a float32 or float16 tensor, as float32. */
export function floatsOf(tensor: ConstantTensor, name: string): Float32Array {
  const width = widthOf(tensor, name)
  const view = new DataView(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  const read =
    width === 4 ? (i: number) => view.getFloat32(4 * i, true) : (i: number) => halfToFloat(view.getUint16(2 * i, true))
  return Float32Array.from({ length: tensor.data.length / width }, (_, i) => read(i))
}

function widthOf({ dataType }: ConstantTensor, name: string): number {
  if (dataType === DATA_TYPE.float) return 4
  if (dataType === DATA_TYPE.float16) return 2
  throw unsupported('a scale is neither float32 nor float16.', { tensor: name.slice(0, 200), dataType })
}

export function wrongSize(tensor: string, bytes: number, expectedBytes: number): Error {
  return unreadable('a tensor does not have the size that its use asks for.', {
    tensor: tensor.slice(0, 200),
    bytes,
    expectedBytes,
  })
}
