import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_CLOCK_SKEW_MS, MAX_ROOT_AGE_MS, MAX_ROOT_BYTES, ROOT_EPOCH_MS } from '../../../../src/protocol/limits.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import {
  encodeRoot,
  epochAt,
  isRootEquivocation,
  judgeRootAnnouncement,
  type RootAnnouncement,
  rootDigest,
} from '../../../../src/protocol/wire/root-announcement.ts'
import { createSeededSessionKey } from '../../../doubles/seeded-session-key.ts'
import { filled } from '../sample-values.ts'

const NOW = 1_767_225_600_000
const PEER = '12D3KooWParticipant'
const EPOCH = epochAt(NOW) - 1
const key = createSeededSessionKey(1)
const stranger = createSeededSessionKey(2)

function announcement(change: Partial<RootAnnouncement> = {}): RootAnnouncement {
  return {
    version: 1,
    kind: 'receipts',
    participantKey: key.publicKey,
    peerId: PEER,
    epoch: EPOCH,
    root: filled(32, 7),
    count: 3,
    issuedAt: NOW,
    ...change,
  }
}

async function signed(change: Partial<RootAnnouncement> = {}, signer = key): Promise<Uint8Array> {
  const one = announcement(change)
  return encodeRoot(one, await signer.sign(rootDigest(one)))
}

const refused = (verdict: 'ignore' | 'reject', code: string) => ({ verdict: { verdict, code }, announcement: null })

test('an honest root is accepted and comes back as it was made', async () => {
  const judged = judgeRootAnnouncement(await signed(), PEER, NOW)
  expect(judged).toEqual({ verdict: { verdict: 'accept' }, announcement: announcement() })
})

test('an honest root is below the cap, even with the longest words', async () => {
  const change = { kind: 'attestations', peerId: 'p'.repeat(128), count: 1_000_000 } as const
  expect((await signed(change)).length).toBeLessThan(MAX_ROOT_BYTES)
})

test('a root that is oversized is rejected unread', () => {
  expect(judgeRootAnnouncement(new Uint8Array(MAX_ROOT_BYTES + 1), PEER, NOW)).toEqual(
    refused('reject', 'root/too-large'),
  )
})

test('a root that is not CBOR is rejected', () => {
  expect(judgeRootAnnouncement(Uint8Array.of(0xff), PEER, NOW)).toEqual(refused('reject', 'root/not-cbor'))
})

test.each<[string, object]>([
  ['of another version', { version: 2 }],
  ['with a field too many', { price: 1 }],
  ['of another kind', { kind: 'offers' }],
  ['of nothing', { count: 0 }],
  ['of more than an epoch can hold', { count: 1_000_001 }],
  ['of half an epoch', { epoch: 0.5 }],
  ['before all epochs', { epoch: -1 }],
  ['whose root is short', { root: filled(31, 7) }],
  ['whose time is in seconds', { issuedAt: 1_767_225_620 }],
])('a root %s is not of the schema and rejected', (_what, change) => {
  const bytes = encodeCbor({ announcement: { ...announcement(), ...change }, signature: filled(64, 1) })
  expect(judgeRootAnnouncement(bytes, PEER, NOW)).toEqual(refused('reject', 'root/schema'))
})

test('a root made for somebody else is rejected', async () => {
  expect(judgeRootAnnouncement(await signed(), '12D3KooWThief', NOW)).toEqual(
    refused('reject', 'root/not-its-publisher'),
  )
})

test('a root of an epoch that was still open when it was issued is rejected', async () => {
  const endedAt = (EPOCH + 1) * ROOT_EPOCH_MS
  expect(judgeRootAnnouncement(await signed({ issuedAt: endedAt }), PEER, NOW).verdict.verdict).toBe('accept')
  const early = await signed({ issuedAt: endedAt - 1 })
  expect(judgeRootAnnouncement(early, PEER, NOW)).toEqual(refused('reject', 'root/epoch-open'))
  const endless = await signed({ epoch: Number.MAX_SAFE_INTEGER })
  expect(judgeRootAnnouncement(endless, PEER, NOW)).toEqual(refused('reject', 'root/epoch-open'))
})

test('a root from the future, however far the clocks differ, is rejected', async () => {
  const bytes = await signed({ issuedAt: NOW + MAX_CLOCK_SKEW_MS + 1 })
  expect(judgeRootAnnouncement(bytes, PEER, NOW)).toEqual(refused('reject', 'root/from-the-future'))
  expect(judgeRootAnnouncement(bytes, PEER, NOW + 1).verdict.verdict).toBe('accept')
})

test('a late root is ignored: gossip may be late', async () => {
  const bytes = await signed()
  const lastMs = (EPOCH + 1) * ROOT_EPOCH_MS + MAX_ROOT_AGE_MS
  expect(judgeRootAnnouncement(bytes, PEER, lastMs - 1).verdict.verdict).toBe('accept')
  expect(judgeRootAnnouncement(bytes, PEER, lastMs)).toEqual(refused('ignore', 'root/late'))
  const ancient = await signed({ epoch: 1 })
  expect(judgeRootAnnouncement(ancient, PEER, NOW)).toEqual(refused('ignore', 'root/late'))
})

test('a root that its session key did not sign is rejected', async () => {
  expect(judgeRootAnnouncement(await signed({}, stranger), PEER, NOW)).toEqual(refused('reject', 'root/signature'))
})

test.each<[string, Partial<RootAnnouncement>]>([
  ['kind', { kind: 'attestations' }],
  ['epoch', { epoch: EPOCH - 1 }],
  ['root', { root: filled(32, 8) }],
  ['count', { count: 4 }],
  ['time', { issuedAt: NOW + 1 }],
])('a signature covers the %s', async (_what, change) => {
  const bent = encodeRoot(announcement(change), await key.sign(rootDigest(announcement())))
  expect(judgeRootAnnouncement(bent, PEER, NOW)).toEqual(refused('reject', 'root/signature'))
})

test('random bytes get a verdict, not an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (bytes, others) => {
      expect(judgeRootAnnouncement(bytes, PEER, NOW)).toMatchObject({ verdict: { verdict: 'reject' } })
      expect(isRootEquivocation(bytes, others)).toBe(false)
    }),
  )
})

describe('two messages', () => {
  test('with two roots for one key, kind and epoch are an equivocation, whenever they are looked at', async () => {
    expect(isRootEquivocation(await signed(), await signed({ root: filled(32, 8) }))).toBe(true)
    expect(isRootEquivocation(await signed(), await signed({ count: 4 }))).toBe(true)
    expect(isRootEquivocation(await signed({ epoch: 1 }), await signed({ epoch: 1, root: filled(32, 8) }))).toBe(true)
  })

  test.each<[string, Partial<RootAnnouncement>]>([
    ['issued twice with one root', { issuedAt: NOW + 1 }],
    ['of two epochs', { epoch: EPOCH - 1, root: filled(32, 8) }],
    ['of two kinds', { kind: 'attestations', root: filled(32, 8) }],
  ])('%s are none', async (_what, change) => {
    expect(isRootEquivocation(await signed(), await signed(change))).toBe(false)
  })

  test('of two keys are none, and one that the key did not sign makes none', async () => {
    const change = { root: filled(32, 8) }
    expect(
      isRootEquivocation(await signed(), await signed({ ...change, participantKey: stranger.publicKey }, stranger)),
    ).toBe(false)
    expect(isRootEquivocation(await signed(), await signed(change, stranger))).toBe(false)
    expect(isRootEquivocation(await signed(change, stranger), await signed())).toBe(false)
  })
})
