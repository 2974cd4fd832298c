import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { SessionKey } from '../../../../src/participant/ports.ts'
import { MAX_CLOCK_SKEW_MS, MAX_OFFER_BYTES, MAX_OFFER_LIFETIME_MS } from '../../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import { encodeOffer, judgeOffer, type Offer, offerDigest } from '../../../../src/protocol/wire/offer.ts'
import { createNodeSessionKey } from '../../../doubles/node-session-key.ts'
import { filled, SAMPLE_CELL } from '../sample-values.ts'

const NOW = 1_767_225_600_000
const LONGEST = MAX_OFFER_LIFETIME_MS + MAX_CLOCK_SKEW_MS
const PEER = '12D3KooWProvider'
let key: SessionKey
let stranger: SessionKey

beforeAll(async () => {
  key = await createNodeSessionKey()
  stranger = await createNodeSessionKey()
})

function offer(change: Partial<Offer> = {}): Offer {
  return {
    version: 2,
    peerId: PEER,
    providerKey: key.publicKey,
    cell: SAMPLE_CELL,
    tokensPerSecond: 300,
    contextTokens: 512,
    busy: false,
    price: null,
    expiresAt: NOW + 20_000,
    ...change,
  }
}

async function signed(change: Partial<Offer> = {}, signer = key): Promise<Uint8Array> {
  const one = offer(change)
  return encodeOffer(one, await signer.sign(offerDigest(one)))
}

test('an honest offer is accepted and comes back as it was made', async () => {
  expect(judgeOffer(await signed(), PEER, NOW)).toEqual({ verdict: { verdict: 'accept' }, offer: offer() })
})

test('an honest offer is well below the cap, even with the longest words', async () => {
  const cell = { ...SAMPLE_CELL, vendor: 'v'.repeat(32), architecture: 'a'.repeat(32), browser: 'b'.repeat(32) }
  expect((await signed({ cell, peerId: 'p'.repeat(128) })).length).toBeLessThan(MAX_OFFER_BYTES / 2)
})

test('an offer that is oversized is rejected unread', () => {
  const verdict = { verdict: 'reject', code: 'offer/too-large' }
  expect(judgeOffer(new Uint8Array(MAX_OFFER_BYTES + 1), PEER, NOW)).toEqual({ verdict, offer: null })
})

test('an offer that is not CBOR is rejected', () => {
  const verdict = { verdict: 'reject', code: 'offer/not-cbor' }
  expect(judgeOffer(Uint8Array.of(0xff), PEER, NOW)).toEqual({ verdict, offer: null })
})

test('an offer in an encoding that is not the canonical one is rejected, however well signed', async () => {
  const bytes = await signed()
  // The map of two entries again, its two keys in the other order.
  const signature = bytes.subarray(bytes.length - 76)
  const rest = bytes.subarray(1, bytes.length - 76)
  const swapped = Uint8Array.of(0xa2, ...signature, ...rest)
  expect(judgeOffer(swapped, PEER, NOW).verdict).toEqual({ verdict: 'reject', code: 'offer/not-canonical' })
})

test.each<[string, object]>([
  ['of another version', { version: 1 }],
  ['with a field too many', { price: 1 }],
  ['that claims an absurd speed', { tokensPerSecond: 1_000_001 }],
  ['whose key is no key', { providerKey: new Uint8Array(63) }],
  ['whose time is in seconds', { expiresAt: 1_767_225_620 }],
])('an offer %s is not of the schema and rejected', (_what, change) => {
  const bytes = encodeCbor({ offer: { ...offer(), ...change }, signature: filled(64, 1) })
  expect(judgeOffer(bytes, PEER, NOW)).toEqual({ verdict: { verdict: 'reject', code: 'offer/schema' }, offer: null })
})

test('an offer made for somebody else is rejected', async () => {
  const verdict = { verdict: 'reject', code: 'offer/not-its-publisher' }
  expect(judgeOffer(await signed(), '12D3KooWThief', NOW)).toEqual({ verdict, offer: null })
})

test('an offer that has expired is ignored: it expires at its moment, not after', async () => {
  const bytes = await signed({ expiresAt: NOW })
  expect(judgeOffer(bytes, PEER, NOW - 1).verdict.verdict).toBe('accept')
  expect(judgeOffer(bytes, PEER, NOW)).toEqual({ verdict: { verdict: 'ignore', code: 'offer/expired' }, offer: null })
})

test('an offer that outlives the cap, however far the clocks differ, is rejected', async () => {
  const bytes = await signed({ expiresAt: NOW + LONGEST + 1 })
  const verdict = { verdict: 'reject', code: 'offer/lives-too-long' }
  expect(judgeOffer(bytes, PEER, NOW)).toEqual({ verdict, offer: null })
  expect(judgeOffer(bytes, PEER, NOW + 1).verdict.verdict).toBe('accept')
})

test('an offer that its session key did not sign is rejected', async () => {
  const verdict = { verdict: 'reject', code: 'offer/signature' }
  expect(judgeOffer(await signed({}, stranger), PEER, NOW)).toEqual({ verdict, offer: null })
})

test.each<[string, Partial<Offer>]>([
  ['speed', { tokensPerSecond: 301 }],
  ['context', { contextTokens: 513 }],
  ['readiness', { busy: true }],
  ['expiry', { expiresAt: NOW + 20_001 }],
  ['cell', { cell: { ...SAMPLE_CELL, threads: 2 } }],
])('a signature covers the %s', async (_what, change) => {
  const signature = await key.sign(offerDigest(offer()))
  const bent = encodeOffer(offer(change), signature)
  expect(judgeOffer(bent, PEER, NOW).verdict).toEqual({ verdict: 'reject', code: 'offer/signature' })
})

test('random bytes get a verdict, not an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(judgeOffer(bytes, PEER, NOW)).toMatchObject({ verdict: { verdict: 'reject' }, offer: null })
    }),
  )
})
