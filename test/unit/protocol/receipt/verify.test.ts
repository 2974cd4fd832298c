import { beforeAll, expect, test } from 'vitest'
import type { SessionKey } from '../../../../src/participant/ports.ts'
import { seedOf } from '../../../../src/protocol/job/job.ts'
import type { Bundle, Leg } from '../../../../src/protocol/receipt/bundle.ts'
import type { Receipt } from '../../../../src/protocol/receipt/receipt.ts'
import { faultOfBundle, faultOfLeg } from '../../../../src/protocol/receipt/verify.ts'
import type { SignedSegment } from '../../../../src/protocol/wire/job-messages.ts'
import { createNodeSessionKey } from '../../../doubles/node-session-key.ts'
import { FORTY_IDS, signedLeg } from '../../../doubles/signed-leg.ts'

let provider: SessionKey
let requester: SessionKey
let stranger: SessionKey

beforeAll(async () => {
  provider = await createNodeSessionKey()
  requester = await createNodeSessionKey()
  stranger = await createNodeSessionKey()
})

function withSegment(leg: Leg, index: number, change: Partial<SignedSegment>): Leg {
  return { ...leg, segments: leg.segments.map((s, i) => (i === index ? { ...s, ...change } : s)) }
}

function bundleOf(...legs: Leg[]): Bundle {
  return { version: 2, kind: 'locus-evidence', legs, audits: [] }
}

test('an honest leg has no fault', async () => {
  expect(faultOfLeg(await signedLeg({ provider, requester }))).toBeNull()
})

test('an id changed after signing breaks the hash chain', async () => {
  const leg = await signedLeg({ provider, requester })
  expect(faultOfLeg(withSegment(leg, 1, { ids: [7, ...FORTY_IDS.slice(33)] }))?.code).toBe('receipt/hash-chain')
})

test('rows claimed otherwise than signed break the hash chain', async () => {
  const leg = await signedLeg({ provider, requester })
  expect(faultOfLeg(withSegment(leg, 0, { rowsHash: new Uint8Array(32) }))?.code).toBe('receipt/hash-chain')
})

test('a segment out of order, missing or repeated breaks the hash chain', async () => {
  const leg = await signedLeg({ provider, requester })
  const [first, second] = leg.segments as [SignedSegment, SignedSegment]
  for (const segments of [[second, first], [second], [first, first], [first, second, second]]) {
    expect(faultOfLeg({ ...leg, segments })?.code).toBe('receipt/hash-chain')
  }
})

test('a segment signed by another key is named as such', async () => {
  const leg = await signedLeg({ provider, requester })
  const theirs = await signedLeg({ provider: stranger, requester })
  expect(faultOfLeg(withSegment(leg, 0, { signature: (theirs.segments[0] as SignedSegment).signature }))?.code).toBe(
    'receipt/signature',
  )
})

test('an old receipt, however well signed, belongs to another job', async () => {
  const old = await signedLeg({ provider, requester, nonce: 1 })
  const leg = await signedLeg({ provider, requester, nonce: 2 })
  expect(faultOfLeg({ ...leg, signed: old.signed })?.code).toBe('receipt/job-mismatch')
})

test.each<[string, Partial<Receipt>]>([
  ['receipt/model-root', { modelRoot: new Uint8Array(32) }],
  ['receipt/hash-chain', { outputHash: new Uint8Array(32) }],
  ['receipt/hash-chain', { tokenCount: 41 }],
  ['receipt/terms', { seed: new Uint8Array(32) }],
  ['receipt/terms', { cell: new Uint8Array(32) }],
  ['receipt/terms', { promptHash: new Uint8Array(32) }],
  ['receipt/terms', { firstToken: 32 }],
  ['receipt/terms', { sampler: { temperatureMilli: 1, topK: 1, topPMilli: 1_000 } }],
  ['receipt/terms', { requesterKey: new Uint8Array(64) }],
  ['receipt/finish', { finish: 'stop' }],
])('a signed receipt with a lie in it is %s: %o', async (code, receipt) => {
  expect(faultOfLeg(await signedLeg({ provider, requester, receipt }))?.code).toBe(code)
})

test.each([39, 41])('forty tokens did not run to a length of %i', async (maxTokens) => {
  const leg = await signedLeg({ provider, requester, receipt: { finish: 'length' }, request: { maxTokens } })
  expect(faultOfLeg(leg)?.code).toBe('receipt/finish')
})

test('tokens after a stop token are dishonest', async () => {
  const outputIds = [...FORTY_IDS.slice(0, 10), 0, ...FORTY_IDS.slice(11)]
  expect(faultOfLeg(await signedLeg({ provider, requester, outputIds }))?.code).toBe('receipt/finish')
})

test('what goes on after a stop token is dishonest from its first segment on, receipt or not', async () => {
  const stopped = [...FORTY_IDS.slice(0, 31), 0]
  const onward = await signedLeg({ provider, requester, outputIds: [...stopped, ...FORTY_IDS.slice(32)] })
  expect(faultOfLeg({ ...onward, signed: null })?.code).toBe('receipt/finish')
  const inside = [...FORTY_IDS.slice(0, 10), 0, ...FORTY_IDS.slice(11, 32)]
  const within = await signedLeg({ provider, requester, outputIds: inside })
  expect(faultOfLeg({ ...within, signed: null })?.code).toBe('receipt/finish')
})

test('more tokens than were agreed are refused as they arrive, resumed ones counted', async () => {
  const leg = await signedLeg({ provider, requester, request: { maxTokens: 33 } })
  expect(faultOfLeg({ ...leg, signed: null })?.code).toBe('receipt/finish')
  const resumedIds = FORTY_IDS.slice(0, 32)
  const request = { resumedIds, carriedSeed: new Uint8Array(32), maxTokens: 40 }
  const nine = await signedLeg({ provider, requester, request, outputIds: FORTY_IDS.slice(0, 9) })
  expect(faultOfLeg({ ...nine, signed: null })?.code).toBe('receipt/finish')
})

test('a stop token at the end is a stop, and nothing else', async () => {
  const outputIds = [...FORTY_IDS, 0]
  const stopped = await signedLeg({ provider, requester, outputIds, receipt: { finish: 'stop' } })
  expect(faultOfLeg(stopped)).toBeNull()
  for (const finish of ['aborted', 'length'] as const) {
    const other = await signedLeg({ provider, requester, outputIds, receipt: { finish }, request: { maxTokens: 41 } })
    expect(faultOfLeg(other)?.code).toBe('receipt/finish')
  }
})

test('nobody can move a provider into another cell after it has signed, receipt or not', async () => {
  const leg = await signedLeg({ provider, requester })
  const cell = { ...leg.accept.cell, exactness: { kind: 'replay' } as const }
  const moved = { ...leg, accept: { ...leg.accept, cell }, signed: null }
  expect(faultOfLeg(moved)?.code).toBe('receipt/hash-chain')
})

test('a receipt signed by another key is named as such', async () => {
  const leg = await signedLeg({ provider, requester })
  const signature = await stranger.sign(new Uint8Array(32))
  const signed = leg.signed === null ? null : { ...leg.signed, signature }
  expect(faultOfLeg({ ...leg, signed })?.code).toBe('receipt/signature')
})

test('a requester that does not reveal its own commitment cannot blame the provider', async () => {
  const leg = await signedLeg({ provider, requester })
  expect(faultOfLeg({ ...leg, requesterShare: new Uint8Array(32) })?.code).toBe('receipt/terms')
})

test('two legs are one answer when the second resumes the first with its seed', async () => {
  const first = { ...(await signedLeg({ provider, requester, outputIds: FORTY_IDS.slice(0, 32) })), signed: null }
  const carriedSeed = seedOf(first.request, first.accept, first.requesterShare)
  const request = { resumedIds: FORTY_IDS.slice(0, 32), carriedSeed }
  const second = await signedLeg({ provider: stranger, requester, outputIds: FORTY_IDS.slice(32), request, nonce: 2 })
  expect(faultOfBundle(bundleOf(first, second))).toBeNull()
  expect(faultOfBundle(bundleOf(second))?.code).toBe('receipt/terms')
  const otherSeed = { ...request, carriedSeed: new Uint8Array(32) }
  const forged = await signedLeg({ provider: stranger, requester, outputIds: [1], request: otherSeed, nonce: 2 })
  expect(faultOfBundle(bundleOf(first, forged))?.code).toBe('receipt/terms')
})

test('an answer without a receipt at its end is not an answer', async () => {
  const leg = await signedLeg({ provider, requester })
  expect(faultOfBundle(bundleOf({ ...leg, signed: null }))?.code).toBe('receipt/missing')
  expect(faultOfBundle(bundleOf())?.code).toBe('receipt/missing')
})

test('a leg that nobody signed anything of can name nobody', async () => {
  const whole = await signedLeg({ provider, requester })
  const framed = { ...(await signedLeg({ provider: stranger, requester })), segments: [], signed: null }
  expect(faultOfBundle(bundleOf(framed, whole))?.code).toBe('receipt/missing')
})
