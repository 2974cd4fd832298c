import { CodedError } from '../../../src/protocol/errors.ts'
import { unsupported } from './model-error.ts'
import { header } from './wire.ts'

/** A stretch of the file to be written. `write` fills exactly `bytes` bytes of `target` from `offset`. */
export interface Part {
  bytes: number
  write: (target: Uint8Array, offset: number) => void
}

/** Bytes that exist already; a view is copied only when the file is written. */
export function copied(bytes: Uint8Array): Part {
  return { bytes: bytes.length, write: (target, offset) => target.set(bytes, offset) }
}

/** A length-delimited field around the parts. */
export function message(number: number, parts: Part[]): Part[] {
  return [copied(header(number, sizeOf(parts))), ...parts]
}

/** The parts one after another, in one allocation whose size is known before it is made. */
export function assemble(parts: Part[], maxBytes: number): Uint8Array {
  const bytes = sizeOf(parts)
  if (bytes > maxBytes) {
    throw unsupported(`its weights would take ${bytes} bytes in float32, and at most ${maxBytes} fit.`, {
      bytes,
      maxBytes,
    })
  }
  const target = allocate(bytes)
  let offset = 0
  for (const part of parts) {
    part.write(target, offset)
    offset += part.bytes
  }
  return target
}

function sizeOf(parts: Part[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0)
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes)
  } catch (cause) {
    throw new CodedError(
      {
        code: 'engine/out-of-memory',
        message: `This device has no room for the model: ${bytes} bytes in one piece.`,
        nextStep: 'Close other tabs and try again, or choose a smaller model.',
        details: { bytes },
      },
      { cause },
    )
  }
}
