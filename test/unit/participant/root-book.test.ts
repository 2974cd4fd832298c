import { expect, test } from 'vitest'
import { createRootBook } from '../../../src/participant/root-book.ts'
import { MAX_ROOT_AGE_MS, ROOT_EPOCH_MS } from '../../../src/protocol/limits.ts'
import { epochAt, isRootEquivocation, type RootAnnouncement } from '../../../src/protocol/wire/root-announcement.ts'
import { signedRoot } from '../../conformance/signed-root.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'

const ACCEPTED = { verdict: { verdict: 'accept' }, equivocation: null }
const ignored = (code: string) => ({ verdict: { verdict: 'ignore', code }, equivocation: null })

function setUp() {
  const clock = createFakeClock()
  const book = createRootBook(clock)
  const root = (change: Partial<RootAnnouncement> = {}, seed = 1) =>
    signedRoot({ peerId: 'ada', nowMs: clock.now(), key: createSeededSessionKey(seed), change })
  return { clock, book, root, key: createSeededSessionKey(1).publicKey, epoch: epochAt(clock.now()) - 1 }
}

const otherRoot = { root: new Uint8Array(32).fill(4) }

test('the newest epoch of a key and kind is the one it gives', async () => {
  const { book, root, key, epoch, clock } = setUp()
  expect(book.newest(key, 'receipts')).toBeNull()
  expect(book.receive(await root(), 'ada')).toEqual(ACCEPTED)
  clock.advance(ROOT_EPOCH_MS)
  expect(book.receive(await root(otherRoot), 'ada')).toEqual(ACCEPTED)
  expect(book.newest(key, 'receipts')).toMatchObject({ epoch: epoch + 1, ...otherRoot })
  expect(book.newest(key, 'attestations')).toBeNull()
  expect(book.newest(createSeededSessionKey(2).publicKey, 'receipts')).toBeNull()
})

test('a late root of an epoch before is taken, and the newest stays', async () => {
  const { book, root, key, epoch } = setUp()
  book.receive(await root(), 'ada')
  expect(book.receive(await root({ epoch: epoch - 3 }), 'ada')).toEqual(ACCEPTED)
  expect(book.newest(key, 'receipts')).toMatchObject({ epoch })
})

test('a root of somebody whose clock is a little ahead is the newest', async () => {
  const { book, root, key, epoch, clock } = setUp()
  clock.advance(ROOT_EPOCH_MS - 1)
  const ahead = { epoch: epoch + 1, issuedAt: (epoch + 2) * ROOT_EPOCH_MS }
  expect(book.receive(await root(ahead), 'ada')).toEqual(ACCEPTED)
  expect(book.newest(key, 'receipts')).toMatchObject({ epoch: epoch + 1 })
})

test('a forged root gets its verdict and is not remembered', async () => {
  const { book, root, key } = setUp()
  expect(book.receive(await root(), 'mallory').verdict).toEqual({ verdict: 'reject', code: 'root/not-its-publisher' })
  expect(book.newest(key, 'receipts')).toBeNull()
})

test('the same root issued again says nothing new', async () => {
  const { book, root, clock } = setUp()
  book.receive(await root(), 'ada')
  expect(book.receive(await root({ issuedAt: clock.now() + 1 }), 'ada')).toEqual(ignored('root/known'))
})

test('two roots for one key, kind and epoch are an equivocation: both are kept, it spreads, and the key has no root', async () => {
  const { book, root, key } = setUp()
  const [first, second] = [await root(), await root(otherRoot)]
  book.receive(first, 'ada')
  const { verdict, equivocation } = book.receive(second, 'ada')
  expect(verdict).toEqual({ verdict: 'accept' })
  expect(equivocation).toMatchObject({ first, second, announcement: otherRoot })
  expect(isRootEquivocation(first, second)).toBe(true)
  expect(book.newest(key, 'receipts')).toBeNull()
  expect(book.receive(await root({ count: 9 }), 'ada')).toEqual(ignored('root/known'))
})

test('a contradiction of an epoch before the newest is seen too', async () => {
  const { book, root, epoch } = setUp()
  book.receive(await root({ epoch: epoch - 1 }), 'ada')
  book.receive(await root(), 'ada')
  expect(book.receive(await root({ epoch: epoch - 1, ...otherRoot }), 'ada').equivocation).not.toBeNull()
})

test('roots are forgotten when their epoch is too old to be gossip', async () => {
  const { book, root, key, clock } = setUp()
  book.receive(await root(), 'ada')
  clock.advance(MAX_ROOT_AGE_MS - 1)
  expect(book.newest(key, 'receipts')).not.toBeNull()
  clock.advance(1)
  expect(book.newest(key, 'receipts')).toBeNull()
})

test('a flood of keys fills the book and not the memory, and there is room again when it has expired', async () => {
  const { root, clock } = setUp()
  const book = createRootBook(clock, { maxRoots: 8 })
  for (let seed = 0; seed < 8; seed += 1) expect(book.receive(await root({}, 10 + seed), 'ada')).toEqual(ACCEPTED)
  expect(book.receive(await root(), 'ada')).toEqual(ignored('root/book-full'))
  clock.advance(MAX_ROOT_AGE_MS)
  expect(book.receive(await root(), 'ada')).toEqual(ACCEPTED)
})
