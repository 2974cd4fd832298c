import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BYE_FRAME,
  createFrameDecoder,
  encodeMessageFrame,
  type Frame,
  HEARTBEAT_FRAME,
} from '../../../src/network/frames.ts'

function join(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

const arbitraryFrame: fc.Arbitrary<{ frame: Frame; bytes: Uint8Array }> = fc.oneof(
  fc.constant<{ frame: Frame; bytes: Uint8Array }>({ frame: { kind: 'heartbeat' }, bytes: HEARTBEAT_FRAME }),
  fc.constant<{ frame: Frame; bytes: Uint8Array }>({ frame: { kind: 'bye' }, bytes: BYE_FRAME }),
  fc.uint8Array({ maxLength: 200 }).map((payload) => ({
    frame: { kind: 'message' as const, payload },
    bytes: encodeMessageFrame(payload),
  })),
)

describe('the frame decoder', () => {
  test('gives the same frames however the transport cuts the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryFrame),
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }),
        (sent, cuts) => {
          const bytes = join(sent.map((each) => each.bytes))
          const decoder = createFrameDecoder(200)
          const received: Frame[] = []
          for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
            const length = cuts[turn % cuts.length] ?? 1
            received.push(...decoder.push(bytes.subarray(offset, offset + length)))
            offset += length
          }
          expect(received).toEqual(sent.map((each) => each.frame))
        },
      ),
    )
  })

  test('gives payloads that do not change when the received buffer is used again', () => {
    const bytes = encodeMessageFrame(Uint8Array.of(1, 2, 3))
    const [frame] = createFrameDecoder(10).push(bytes)
    bytes.fill(9)
    expect(frame).toEqual({ kind: 'message', payload: Uint8Array.of(1, 2, 3) })
  })

  test('takes a payload of exactly the cap and refuses one byte more at its header', () => {
    expect(createFrameDecoder(4).push(encodeMessageFrame(new Uint8Array(4)))).toHaveLength(1)
    const header = encodeMessageFrame(new Uint8Array(5)).subarray(0, 5)
    expect(() => createFrameDecoder(4).push(header)).toThrow(
      expect.objectContaining({ code: 'network/frame-too-large', details: { bytes: 5, maxBytes: 4 } }),
    )
  })

  test('refuses an unknown kind, and a heartbeat or goodbye that carries something', () => {
    for (const bytes of [
      [3, 0, 0, 0, 0],
      [255, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, 7],
      [2, 0, 0, 0, 1, 7],
    ]) {
      expect(() => createFrameDecoder(10).push(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ code: 'job/bad-message' }),
      )
    }
  })

  test('never throws anything but its two codes, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          createFrameDecoder(16).push(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(network\/frame-too-large|job\/bad-message)$/) })
        }
      }),
    )
  })
})
