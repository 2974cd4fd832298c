import { halfToFloat } from './half-float.ts'
import { unreadable, unsupported } from './model-error.ts'
import { DATA_TYPE, EXTERNAL, STRING_ENTRY, TENSOR } from './onnx-fields.ts'
import { BYTES, bytesOf, type Field, fieldsIn, integerOf, nameOf } from './wire.ts'

/** A constant of the graph. `data` is a view on its file, little-endian, not aligned. */
export interface ConstantTensor {
  dataType: number
  data: Uint8Array
}

/** A file beside the model that holds tensors; `path` is the location that the model gives it. */
export interface DataFile {
  path: string
  data: Uint8Array
}

/**
 * @throws CodedError `engine/model-unsupported` if the values are in a file that is not among `files`, or in a field of their own type;
 * `engine/model-unreadable` if they would lie outside of their file.
 */
export function readTensor(file: Uint8Array, tensor: Field, name: string, files: readonly DataFile[]): ConstantTensor {
  let dataType = 0
  let data: Uint8Array | null = null
  let isExternal = false
  const place = new Map<string, string>()
  for (const field of fieldsIn(file, tensor)) {
    if (field.number === TENSOR.dataType) dataType = integerOf(file, field)
    else if (field.number === TENSOR.rawData) data = bytesOf(file, field)
    // A packed list of floats has the bytes of raw data. In several pieces it would have to be copied together: no exporter does that.
    else if (field.number === TENSOR.floatData && field.wireType === BYTES && data === null) data = bytesOf(file, field)
    else if (field.number === TENSOR.externalData) place.set(...entryOf(file, field))
    else if (field.number === TENSOR.dataLocation) isExternal = integerOf(file, field) === EXTERNAL
  }
  if (isExternal) return { dataType, data: externalBytes(place, name, files) }
  if (data === null)
    throw unsupported('the weights of a product are not stored as raw bytes.', { tensor: name.slice(0, 200) })
  return { dataType, data }
}

function entryOf(file: Uint8Array, entry: Field): [string, string] {
  let key = ''
  let value = ''
  for (const field of fieldsIn(file, entry)) {
    if (field.number === STRING_ENTRY.key) key = nameOf(file, field)
    if (field.number === STRING_ENTRY.value) value = nameOf(file, field)
  }
  return [key, value]
}

function externalBytes(place: ReadonlyMap<string, string>, name: string, files: readonly DataFile[]): Uint8Array {
  const location = place.get('location') ?? ''
  const file = files.find(({ path }) => path === location)?.data
  const facts = { tensor: name.slice(0, 200), location: location.slice(0, 200) }
  if (file === undefined) throw unsupported('the weights of a product are in another file.', facts)
  const offset = Number(place.get('offset') ?? 0)
  const length = Number(place.get('length') ?? file.length - offset)
  const isSound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
  if (!isSound || offset + length > file.length) throw unreadable('a tensor lies outside of its data file.', facts)
  return file.subarray(offset, offset + length)
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
