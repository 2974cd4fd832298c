import { PbfReader, PbfWriter } from 'pbf'
import { unreadable } from './model-error.ts'

/** Wire types of protobuf that ONNX uses; 3 and 4 (groups) are refused. */
export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5

/** A name in a graph: hub exports stay below 300 bytes. */
const MAX_NAME_BYTES = 4_096

/** One field of a message, as positions in the file: nothing is copied, and every position lies within the file. */
export interface Field {
  number: number
  wireType: number
  /** First byte of the field's tag. */
  start: number
  /** First byte of the value; for BYTES, of what follows the length. */
  valueStart: number
  /** One past the last byte of the value. */
  end: number
}

/**
 * The fields of the message that lies at `start` to `end`, in order (https://protobuf.dev/programming-guides/encoding).
 * Lengths are checked against the message before they are used, so a claimed length moves no memory and no cursor.
 *
 * @throws CodedError `engine/model-unreadable`
 */
export function* fieldsOf(file: Uint8Array, start = 0, end = file.length): Generator<Field, void, void> {
  const reader = new PbfReader(file)
  reader.pos = start
  while (reader.pos < end) {
    const fieldStart = reader.pos
    const tag = readVarint(reader)
    const wireType = tag % 8
    const number = Math.floor(tag / 8)
    if (number < 1 || number > 0x1fff_ffff)
      throw unreadable('it is not an ONNX file, or it is damaged.', { position: fieldStart })
    const length = wireType === BYTES ? readVarint(reader) : lengthOf(wireType, reader, fieldStart)
    const valueStart = wireType === VARINT ? reader.pos - length : reader.pos
    const valueEnd = valueStart + length
    if (valueEnd > end)
      throw unreadable('it is cut short, or damaged.', { position: fieldStart, missingBytes: valueEnd - end })
    reader.pos = valueEnd
    yield { number, wireType, start: fieldStart, valueStart, end: valueEnd }
  }
}

/** Bytes of a value that is not length-delimited; leaves the cursor behind a varint. */
function lengthOf(wireType: number, reader: PbfReader, fieldStart: number): number {
  switch (wireType) {
    case FIXED32:
      return 4
    case FIXED64:
      return 8
    case VARINT: {
      const start = reader.pos
      readVarint(reader)
      return reader.pos - start
    }
    default:
      throw unreadable('it is not an ONNX file, or it is damaged.', { position: fieldStart, wireType })
  }
}

function readVarint(reader: PbfReader, signed = false): number {
  const start = reader.pos
  try {
    return reader.readVarint(signed)
  } catch (cause) {
    throw unreadable('a number in it is damaged.', { position: start }, cause)
  }
}

/** An int64 or enum field. Exact up to 2^53, which every size in a file of 2 GiB is. */
export function integerOf(file: Uint8Array, field: Field): number {
  expectType(field, VARINT)
  const reader = new PbfReader(file)
  reader.pos = field.valueStart
  return readVarint(reader, true)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function nameOf(file: Uint8Array, field: Field): string {
  const bytes = bytesOf(file, field)
  if (bytes.length > MAX_NAME_BYTES)
    throw unreadable('a name in it is too long.', { position: field.start, bytes: bytes.length })
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw unreadable('a name in it is damaged.', { position: field.start }, cause)
  }
}

/** A view on the file, not a copy. */
export function bytesOf(file: Uint8Array, field: Field): Uint8Array {
  expectType(field, BYTES)
  return file.subarray(field.valueStart, field.end)
}

/** The fields inside a message field. */
export function fieldsIn(file: Uint8Array, field: Field): Generator<Field, void, void> {
  expectType(field, BYTES)
  return fieldsOf(file, field.valueStart, field.end)
}

function expectType(field: Field, wireType: number): void {
  if (field.wireType === wireType) return
  throw unreadable('it is not an ONNX file, or it is damaged.', { position: field.start, wireType: field.wireType })
}

/** The bytes that `write` puts on the wire. */
export function encode(write: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter()
  write(writer)
  return writer.finish()
}

/** Tag and length that go before a length-delimited field of `length` bytes. */
export function header(number: number, length: number): Uint8Array {
  return encode((writer) => {
    writer.writeTag(number, BYTES)
    writer.writeVarint(length)
  })
}

/** The numbers of a packed list of varints. @throws CodedError `engine/model-unreadable` */
export function varintsIn(file: Uint8Array, list: Field): number[] {
  expectType(list, BYTES)
  const reader = new PbfReader(file)
  reader.pos = list.valueStart
  const numbers: number[] = []
  while (reader.pos < list.end) numbers.push(readVarint(reader, true))
  return numbers
}
