import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_JOB_FRAME_BYTES, MAX_PROMPT_TOKENS } from '../../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import {
  decodeProviderMessage,
  decodeRequesterMessage,
  encodeJobMessage,
  type ProviderMessage,
  type RequesterMessage,
} from '../../../../src/protocol/wire/job-messages.ts'
import { filled, SAMPLE_ACCEPT, SAMPLE_CELL, SAMPLE_RECEIPT, SAMPLE_REQUEST, SAMPLE_SEGMENT } from '../sample-values.ts'

const REQUESTER_MESSAGES: RequesterMessage[] = [
  { type: 'request', request: SAMPLE_REQUEST },
  { type: 'reveal', requesterShare: filled(32, 1) },
  { type: 'voucher', cumulativeAmount: filled(16, 1), signature: filled(64, 2) },
  { type: 'stop' },
]
const PROVIDER_MESSAGES: ProviderMessage[] = [
  { type: 'refuse', code: 'job/busy' },
  { type: 'accept', accept: SAMPLE_ACCEPT },
  { type: 'tokens', position: 3, ids: [1, 2] },
  { type: 'segment', segment: SAMPLE_SEGMENT },
  { type: 'receipt', signed: { receipt: SAMPLE_RECEIPT, signature: filled(64, 1) } },
]

test.each(REQUESTER_MESSAGES)('a requester’s $type comes back as it was sent, and is not a provider’s', (message) => {
  const frame = encodeJobMessage(message)
  expect(decodeRequesterMessage(frame)).toEqual({ ok: true, value: message })
  expect(decodeProviderMessage(frame)).toEqual({ ok: false, code: 'schema' })
})

test.each(PROVIDER_MESSAGES)('a provider’s $type comes back as it was sent, and is not a requester’s', (message) => {
  const frame = encodeJobMessage(message)
  expect(decodeProviderMessage(frame)).toEqual({ ok: true, value: message })
  expect(decodeRequesterMessage(frame)).toEqual({ ok: false, code: 'schema' })
})

test.each<[string, unknown]>([
  ['a message of no type', {}],
  ['an unknown type', { type: 'credit', segments: 1 }],
  ['an amount of 15 bytes', { type: 'voucher', cumulativeAmount: filled(15, 1), signature: filled(64, 2) }],
  ['an amount that is a number', { type: 'voucher', cumulativeAmount: 1, signature: filled(64, 2) }],
  ['a voucher without signature', { type: 'voucher', cumulativeAmount: filled(16, 1) }],
  ['a share of 31 bytes', { type: 'reveal', requesterShare: new Uint8Array(31) }],
  ['a stop that says more', { type: 'stop', now: true }],
  ['a request without terms', { type: 'request' }],
  ['a request of another version', { type: 'request', request: { ...SAMPLE_REQUEST, version: 1 } }],
  ['a request with a field too many', { type: 'request', request: { ...SAMPLE_REQUEST, price: 1 } }],
  ['a list instead of a message', ['stop']],
])('from a requester, %s is refused', (_what, message) => {
  expect(decodeRequesterMessage(encodeCbor(message))).toEqual({ ok: false, code: 'schema' })
})

test.each<[string, unknown]>([
  ['a code of 65 characters', { type: 'refuse', code: 'x'.repeat(65) }],
  [
    '33 ids in one segment',
    { type: 'segment', segment: { ...SAMPLE_SEGMENT, ids: Array.from({ length: 33 }, () => 1) } },
  ],
  ['a segment of nothing', { type: 'segment', segment: { ...SAMPLE_SEGMENT, ids: [] } }],
  ['a segment past the longest answer', { type: 'segment', segment: { ...SAMPLE_SEGMENT, index: 1_025 } }],
  ['a negative token', { type: 'tokens', position: 0, ids: [-1] }],
  ['a position past the longest answer', { type: 'tokens', position: 32_769, ids: [1] }],
  ['a signature of 65 bytes', { type: 'segment', segment: { ...SAMPLE_SEGMENT, signature: new Uint8Array(65) } }],
  [
    'a cell of its own making',
    { type: 'accept', accept: { ...SAMPLE_ACCEPT, cell: { ...SAMPLE_CELL, provider: 'npu' } } },
  ],
  [
    'a receipt that ended otherwise',
    { type: 'receipt', signed: { receipt: { ...SAMPLE_RECEIPT, finish: 'bored' }, signature: filled(64, 1) } },
  ],
])('from a provider, %s is refused', (_what, message) => {
  expect(decodeProviderMessage(encodeCbor(message))).toEqual({ ok: false, code: 'schema' })
})

test('the largest honest request fits a frame', () => {
  const longest = Array.from({ length: MAX_PROMPT_TOKENS }, () => 0x3_ffff)
  const request = {
    ...SAMPLE_REQUEST,
    promptIds: longest,
    resumedIds: longest.slice(32),
    carriedSeed: filled(32, 1),
    maxTokens: 32_768,
  }
  const frame = encodeJobMessage({ type: 'request', request })
  expect(frame.length).toBeLessThanOrEqual(MAX_JOB_FRAME_BYTES)
  expect(decodeRequesterMessage(frame).ok).toBe(true)
})

test('a frame above the cap is refused unread', () => {
  const frame = new Uint8Array(MAX_JOB_FRAME_BYTES + 1)
  expect(decodeRequesterMessage(frame)).toEqual({ ok: false, code: 'too-large' })
  expect(decodeProviderMessage(frame)).toEqual({ ok: false, code: 'too-large' })
})

test('random frames, and good ones with random bytes in them, never throw', () => {
  const frames = [...REQUESTER_MESSAGES, ...PROVIDER_MESSAGES].map(encodeJobMessage)
  const bent = fc
    .tuple(fc.constantFrom(...frames), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([frame, at, bytes]) => {
      const copy = frame.slice()
      copy.set(bytes.subarray(0, copy.length), at % Math.max(1, copy.length - bytes.length + 1))
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), bent), (frame) => {
      for (const decoded of [decodeRequesterMessage(frame), decodeProviderMessage(frame)]) {
        expect(decoded.ok ? encodeJobMessage(decoded.value) : frame).toEqual(frame)
      }
    }),
  )
})
