import { beforeAll, expect, test } from 'vitest'
import { createOfferBook, type OfferQuery } from '../../../src/participant/offer-book.ts'
import type { SessionKey } from '../../../src/participant/ports.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import { encodeOffer, type Offer, offerDigest } from '../../../src/protocol/wire/offer.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createNodeSessionKey } from '../../doubles/node-session-key.ts'
import { scriptedCell } from '../../doubles/scripted-engine.ts'

const MODEL = 'ab'.repeat(32)
const ANY: OfferQuery = { modelRoot: MODEL, excludedPeers: new Set(), checkerCell: null, accepts: null }
const WEBGPU: Cell = { ...scriptedCell(MODEL), provider: 'webgpu', vendor: 'apple', exactness: { kind: 'none' } }
let key: SessionKey

beforeAll(async () => {
  key = await createNodeSessionKey()
})

/** A book, its clock, and a hand that puts an honest offer of `peerId` into it. */
function openBook() {
  const clock = createFakeClock()
  const book = createOfferBook(clock)
  const hear = async (peerId: string, change: Partial<Offer> = {}) => {
    const offer: Offer = {
      version: 2,
      peerId,
      providerKey: key.publicKey,
      cell: scriptedCell(MODEL),
      tokensPerSecond: 100,
      contextTokens: 512,
      busy: false,
      price: null,
      expiresAt: clock.now() + 20_000,
      ...change,
    }
    return book.receive(encodeOffer(offer, await key.sign(offerDigest(offer))), peerId)
  }
  return { clock, book, hear }
}

test('an empty book has nobody', () => {
  expect(openBook().book.best(ANY)).toBeNull()
})

test('an honest offer is accepted, remembered and found', async () => {
  const { book, hear } = openBook()
  expect(await hear('a')).toEqual({ verdict: 'accept' })
  expect(book.size()).toBe(1)
  expect(book.best(ANY)?.peerId).toBe('a')
})

test('what is no offer is rejected and leaves no trace', () => {
  const { book } = openBook()
  let calls = 0
  book.onChange(() => {
    calls += 1
  })
  expect(book.receive(Uint8Array.of(1, 2, 3), 'a').verdict).toBe('reject')
  expect(book.size()).toBe(0)
  expect(calls).toBe(0)
})

test('an offer is forgotten when it expires', async () => {
  const { clock, book, hear } = openBook()
  await hear('a')
  clock.advance(19_999)
  expect(book.best(ANY)?.peerId).toBe('a')
  clock.advance(1)
  expect(book.best(ANY)).toBeNull()
  expect(book.size()).toBe(0)
})

test('a peer’s newer offer replaces its older one', async () => {
  const { clock, book, hear } = openBook()
  await hear('a')
  clock.advance(1_000)
  await hear('a', { busy: true })
  expect(book.size()).toBe(1)
  expect(book.best(ANY)).toBeNull()
})

test('an older offer that arrives late is ignored, and does not undo the newer one', async () => {
  const { clock, book, hear } = openBook()
  const older = clock.now() + 10_000
  await hear('a', { busy: true })
  expect(await hear('a', { expiresAt: older })).toEqual({ verdict: 'ignore', code: 'offer/stale' })
  expect(book.best(ANY)).toBeNull()
})

test('busy providers, other models and peers that just failed are passed over', async () => {
  const { book, hear } = openBook()
  await hear('busy', { busy: true, tokensPerSecond: 900 })
  await hear('other', { cell: scriptedCell('cd'.repeat(32)), tokensPerSecond: 900 })
  await hear('failed', { tokensPerSecond: 900 })
  await hear('slow', { tokensPerSecond: 1 })
  expect(book.best({ ...ANY, excludedPeers: new Set(['failed']) })?.peerId).toBe('slow')
})

test('faster comes first, and of two equal ones the smaller name, so that the order is one', async () => {
  const { book, hear } = openBook()
  await hear('b', { tokensPerSecond: 200 })
  await hear('c', { tokensPerSecond: 100 })
  await hear('a', { tokensPerSecond: 200 })
  expect(book.best(ANY)?.peerId).toBe('a')
})

test('who can be checked bit for bit comes before who is faster: one-thread WASM by anybody', async () => {
  const { book, hear } = openBook()
  await hear('fast', { cell: WEBGPU, tokensPerSecond: 900 })
  await hear('exact', { tokensPerSecond: 10 })
  expect(book.best(ANY)?.peerId).toBe('exact')
})

test('a graphics card comes first where this very cell checks it, else by speed alone', async () => {
  const { book, hear } = openBook()
  const twin: Cell = { ...WEBGPU, exactness: { kind: 'replay' } }
  await hear('fast', { cell: WEBGPU, tokensPerSecond: 900 })
  await hear('twin', { cell: twin, tokensPerSecond: 10 })
  expect(book.best(ANY)?.peerId).toBe('fast')
  expect(book.best({ ...ANY, checkerCell: twin })?.peerId).toBe('twin')
  expect(book.best({ ...ANY, checkerCell: WEBGPU })?.peerId).toBe('fast')
})

test('listeners hear of every offer that counts, until they leave', async () => {
  const { book, hear } = openBook()
  let calls = 0
  const leave = book.onChange(() => {
    calls += 1
  })
  await hear('a')
  await hear('b')
  leave()
  await hear('c')
  expect(calls).toBe(2)
})

// 512 real signatures, made and checked: seconds on a busy machine.
test('a full book ignores newcomers, but not the peers it knows, and has room again when offers expire', {
  timeout: 60_000,
}, async () => {
  const { clock, book, hear } = openBook()
  for (let i = 0; i < 512; i++) await hear(`peer-${i}`)
  expect(book.size()).toBe(512)
  expect(await hear('newcomer')).toEqual({ verdict: 'ignore', code: 'offer/book-full' })
  expect(await hear('peer-7')).toEqual({ verdict: 'accept' })
  clock.advance(20_000)
  expect(await hear('newcomer')).toEqual({ verdict: 'accept' })
  expect(book.size()).toBe(1)
})
