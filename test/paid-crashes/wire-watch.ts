import { createFrameDecoder } from '../../src/network/frames.ts'
import { amountOf } from '../../src/protocol/channel/amount.ts'
import { MAX_JOB_FRAME_BYTES } from '../../src/protocol/limits.ts'
import {
  decodeProviderMessage,
  decodeRequesterMessage,
  type ProviderMessage,
  type RequesterMessage,
} from '../../src/protocol/wire/job-messages.ts'
import type { Role } from './paid-page.ts'

/** What has crossed between two sides, as whoever stands between them sees it. */
export interface Crossed {
  /** Amounts of vouchers, in order. */
  vouchers: bigint[]
  /** Tokens of segments, in order. */
  segments: number[]
  /** Output tokens shown, provisional ones included. */
  shown: number
  hasReceipt: boolean
}

export interface WireWatch {
  readonly crossed: Crossed
  see(from: Role, bytes: Uint8Array): void
  /** Resolves once so many messages have crossed, in either direction; provisional tokens do not count. */
  reached(steps: number): Promise<void>
}

export function createWireWatch(): WireWatch {
  const crossed: Crossed = { vouchers: [], segments: [], shown: 0, hasReceipt: false }
  const decoders = {
    provider: createFrameDecoder(MAX_JOB_FRAME_BYTES),
    requester: createFrameDecoder(MAX_JOB_FRAME_BYTES),
  }
  const waiting = new Map<() => void, number>()
  let steps = 0

  function note(message: ProviderMessage | RequesterMessage): void {
    if (message.type === 'tokens') crossed.shown = Math.max(crossed.shown, message.position + message.ids.length)
    else steps += 1
    if (message.type === 'voucher') crossed.vouchers.push(amountOf(message.cumulativeAmount))
    if (message.type === 'segment') crossed.segments.push(message.segment.ids.length)
    if (message.type === 'receipt') crossed.hasReceipt = true
  }

  return {
    crossed,
    see(from, bytes) {
      for (const frame of decoders[from].push(bytes)) {
        if (frame.kind !== 'message') continue
        const decoded =
          from === 'provider' ? decodeProviderMessage(frame.payload) : decodeRequesterMessage(frame.payload)
        if (!decoded.ok) throw new Error(`the ${from} sent nonsense: ${decoded.code}`)
        note(decoded.value)
      }
      for (const [resolve, wanted] of waiting) if (steps >= wanted) resolve()
    },
    reached: (wanted) =>
      new Promise((resolve) => {
        if (steps >= wanted) resolve()
        else waiting.set(resolve, wanted)
      }),
  }
}
