import { CodedError } from '../protocol/errors.ts'

/**
 * Frames of a peer stream (protocol.md §6): kind (1 byte), length (4 bytes, big-endian), payload.
 * A heartbeat and a goodbye have no payload; an unknown kind is a breach.
 */
export type Frame = { kind: 'heartbeat' } | { kind: 'message'; payload: Uint8Array } | { kind: 'bye' }

const HEADER_BYTES = 5
const KINDS = ['heartbeat', 'message', 'bye'] as const

export const HEARTBEAT_FRAME = encodeFrame(0, new Uint8Array(0))
export const BYE_FRAME = encodeFrame(2, new Uint8Array(0))

/** The frame of one whole message; the payload is copied. */
export function encodeMessageFrame(payload: Uint8Array): Uint8Array {
  return encodeFrame(1, payload)
}

function encodeFrame(kind: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + payload.length)
  frame[0] = kind
  new DataView(frame.buffer).setUint32(1, payload.length)
  frame.set(payload, HEADER_BYTES)
  return frame
}

export interface FrameDecoder {
  /** Takes the next bytes, however the transport cut them, and gives every frame they complete. Payloads are copies. */
  push(bytes: Uint8Array): Frame[]
}

/**
 * Holds at most one incomplete frame of `maxPayloadBytes`: a larger claim is refused from its header, before its bytes are kept.
 * Errors: `network/frame-too-large`, `job/bad-message`; the stream is of no use after either.
 */
export function createFrameDecoder(maxPayloadBytes: number): FrameDecoder {
  const header = new Uint8Array(HEADER_BYTES)
  let headerBytes = 0
  let payload: Uint8Array | null = null
  let payloadBytes = 0

  function begin(): Uint8Array {
    const length = new DataView(header.buffer).getUint32(1)
    if (length > maxPayloadBytes) throw frameTooLarge(length, maxPayloadBytes)
    const kind = KINDS[header[0] ?? 255]
    if (kind === undefined || (kind !== 'message' && length > 0)) throw badFrame(header[0] ?? 255)
    return new Uint8Array(length)
  }

  function finish(bytes: Uint8Array): Frame {
    const kind = KINDS[header[0] ?? 255]
    headerBytes = 0
    payload = null
    payloadBytes = 0
    return kind === 'heartbeat' || kind === 'bye' ? { kind } : { kind: 'message', payload: bytes }
  }

  return {
    push(bytes) {
      const frames: Frame[] = []
      let offset = 0
      while (offset < bytes.length) {
        if (payload === null) {
          const taken = bytes.subarray(offset, offset + HEADER_BYTES - headerBytes)
          header.set(taken, headerBytes)
          headerBytes += taken.length
          offset += taken.length
          if (headerBytes === HEADER_BYTES) payload = begin()
        } else {
          const taken = bytes.subarray(offset, offset + payload.length - payloadBytes)
          payload.set(taken, payloadBytes)
          payloadBytes += taken.length
          offset += taken.length
        }
        if (payload !== null && payloadBytes === payload.length) frames.push(finish(payload))
      }
      return frames
    },
  }
}

export function frameTooLarge(bytes: number, maxBytes: number): CodedError {
  return new CodedError({
    code: 'network/frame-too-large',
    message: `A message of ${bytes} bytes is larger than the ${maxBytes} that are allowed.`,
    nextStep: 'Nothing to do: the connection was closed, and another peer is asked instead.',
    details: { bytes, maxBytes },
  })
}

function badFrame(kind: number): CodedError {
  return new CodedError({
    code: 'job/bad-message',
    message: 'The other side sent something that is not a frame of this protocol.',
    nextStep: 'Nothing to do: the connection was closed, and another peer is asked instead.',
    details: { kind },
  })
}
