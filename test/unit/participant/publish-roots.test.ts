import { expect, test } from 'vitest'
import { createRootPublisher } from '../../../src/participant/publish-roots.ts'
import { verifyInclusion } from '../../../src/protocol/evidence/merkle.ts'
import { MAX_ROOT_AGE_MS, ROOT_EPOCH_MS } from '../../../src/protocol/limits.ts'
import { epochAt, judgeRootAnnouncement } from '../../../src/protocol/wire/root-announcement.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)

/** Longest wait for a key's turn. */
const SPREAD_MS = 20_000

function setUp(seed = 1) {
  const clock = createFakeClock()
  const published: { atMs: number; bytes: Uint8Array }[] = []
  const net = { isUp: true }
  const network = {
    peerId: 'ada',
    async publish(_topic: string, bytes: Uint8Array) {
      if (!net.isUp) throw new Error('no relay')
      published.push({ atMs: clock.now(), bytes })
    },
  }
  const sessionKey = createSeededSessionKey(seed)
  const publisher = createRootPublisher({ network, sessionKey, clock, logger: createRecordingLogger() })
  const judged = (at: number) => judgeRootAnnouncement(published[at]?.bytes ?? Uint8Array.of(), 'ada', clock.now())
  return { clock, published, net, publisher, judged, startMs: clock.now() }
}

test('what was signed within an epoch is announced once, soon after it has ended, by a root that others accept', async () => {
  const { clock, published, publisher, judged, startMs } = setUp()
  for (const fill of [3, 1, 2, 1]) publisher.add('receipts', hash(fill))
  await clock.run(ROOT_EPOCH_MS - 1)
  expect(published).toEqual([])
  await clock.run(SPREAD_MS)
  expect(published).toHaveLength(1)
  await clock.run(10 * ROOT_EPOCH_MS)
  expect(published).toHaveLength(1)
  clock.advance(-10 * ROOT_EPOCH_MS)
  expect(judged(0)).toMatchObject({
    verdict: { verdict: 'accept' },
    announcement: { kind: 'receipts', epoch: epochAt(startMs), count: 3 },
  })
  expect(clock.pending).toBe(0)
})

test('keys take their turns, each the same one, so that not everybody announces at once', async () => {
  const turns = await Promise.all(
    [1, 2, 3, 1].map(async (seed) => {
      const { clock, published, publisher } = setUp(seed)
      publisher.add('receipts', hash(1))
      await clock.run(2 * ROOT_EPOCH_MS)
      return published[0]?.atMs
    }),
  )
  expect(new Set(turns).size).toBe(3)
  expect(turns[3]).toBe(turns[0])
})

test('kinds and epochs have roots of their own, and an epoch without any has none', async () => {
  const { clock, published, publisher, startMs } = setUp()
  publisher.add('receipts', hash(1))
  publisher.add('attestations', hash(2))
  await clock.run(3 * ROOT_EPOCH_MS)
  publisher.add('receipts', hash(3))
  await clock.run(ROOT_EPOCH_MS + SPREAD_MS)
  const found = published.map(({ bytes, atMs }) => judgeRootAnnouncement(bytes, 'ada', atMs).announcement)
  const first = epochAt(startMs)
  expect(found).toMatchObject([
    { kind: 'receipts', epoch: first },
    { kind: 'attestations', epoch: first },
    { kind: 'receipts', epoch: first + 3 },
  ])
})

test('the same set has one root, in whatever order it was signed', async () => {
  const roots = await Promise.all(
    [
      [1, 2, 3],
      [3, 1, 2],
    ].map(async (order) => {
      const { clock, publisher, judged } = setUp()
      for (const fill of order) publisher.add('receipts', hash(fill))
      await clock.run(ROOT_EPOCH_MS + SPREAD_MS)
      return judged(0).announcement?.root
    }),
  )
  expect(roots[0]).toBeInstanceOf(Uint8Array)
  expect(roots[0]).toEqual(roots[1])
})

test('each hash can be shown to stand under its root, and no other can', async () => {
  const { clock, publisher } = setUp()
  for (const fill of [5, 1, 9, 7, 2]) publisher.add('receipts', hash(fill))
  expect(publisher.proofOf('receipts', hash(5))).toBeNull()
  await clock.run(ROOT_EPOCH_MS + SPREAD_MS)
  for (const fill of [5, 1, 9, 7, 2]) {
    const proof = publisher.proofOf('receipts', hash(fill))
    if (proof === null) throw new Error('there is a proof')
    const { announcement, index, path } = proof
    const { root, count } = announcement
    expect(verifyInclusion({ leaf: hash(fill), index, count, path, root })).toBe(true)
    expect(verifyInclusion({ leaf: hash(fill + 1), index, count, path, root })).toBe(false)
  }
  expect(publisher.proofOf('receipts', hash(6))).toBeNull()
  expect(publisher.proofOf('attestations', hash(5))).toBeNull()
})

test('a root that could not be published is tried again, the same one, until it is too old to be gossip', async () => {
  const { clock, published, publisher, net, judged } = setUp()
  net.isUp = false
  publisher.add('receipts', hash(1))
  await clock.run(3 * ROOT_EPOCH_MS)
  net.isUp = true
  await clock.run(ROOT_EPOCH_MS)
  expect(published).toHaveLength(1)
  expect(judged(0).verdict).toEqual({ verdict: 'accept' })
  net.isUp = false
  publisher.add('receipts', hash(2))
  await clock.run(2 * ROOT_EPOCH_MS + MAX_ROOT_AGE_MS)
  net.isUp = true
  await clock.run(ROOT_EPOCH_MS)
  expect(published).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test('a clock that was set back never makes a second root for one epoch', async () => {
  const { clock, published, publisher } = setUp()
  publisher.add('receipts', hash(1))
  await clock.run(ROOT_EPOCH_MS + SPREAD_MS)
  clock.advance(-ROOT_EPOCH_MS)
  publisher.add('receipts', hash(2))
  await clock.run(3 * ROOT_EPOCH_MS)
  const epochs = published.map(({ bytes }) => judgeRootAnnouncement(bytes, 'ada', clock.now()).announcement?.epoch)
  expect(new Set(epochs).size).toBe(2)
})

test('after stop nothing is announced and no timer is left', async () => {
  const { clock, published, publisher } = setUp()
  publisher.add('receipts', hash(1))
  publisher.stop()
  publisher.add('receipts', hash(2))
  expect(clock.pending).toBe(0)
  await clock.run(2 * ROOT_EPOCH_MS)
  expect(published).toEqual([])
})
