import { expect, test } from 'vitest'
import type { Backing } from '../../../src/participant/ports.ts'
import { rosterOf } from '../../../src/participant/roster.ts'
import type { Stakes } from '../../../src/participant/stakes.ts'
import { bytesEqual, bytesToHex } from '../../../src/protocol/hash.ts'
import { ownerOfKey, ownerOfWallet } from '../../../src/protocol/selection/roster.ts'
import type { Offer } from '../../../src/protocol/wire/offer.ts'
import {
  backing,
  CELL_ID,
  keyOf,
  known,
  NOW_SECONDS,
  OTHER_CELL,
  offerOf,
  walletOf,
  wholeTokens,
} from './sample-stakes.ts'

const [PROVIDER, REQUESTER] = [keyOf(1), keyOf(2)]
const [ADA, BOB, CY] = [keyOf(11), keyOf(12), keyOf(13)]

function roster(offers: readonly Offer[], stakes: Stakes) {
  const parties = [PROVIDER.publicKey, REQUESTER.publicKey]
  return rosterOf(offers, { stakes, parties, cellId: CELL_ID, nowSeconds: NOW_SECONDS })
}

function entryOf(of: ReturnType<typeof roster>, { publicKey }: { publicKey: Uint8Array }) {
  return of.find(({ verifierKey }) => bytesEqual(verifierKey, publicKey))
}

const everybody = [PROVIDER, ADA, BOB, CY].map((key) => offerOf(key))

test('a verifier weighs what its wallet has bonded, a stranger a millionth of one token', () => {
  const found = roster(everybody, known([[ADA, backing(walletOf(0xa), wholeTokens(5))]]))
  expect(entryOf(found, ADA)).toMatchObject({ stake: 5_000_000, owner: ownerOfWallet(walletOf(0xa)) })
  expect(entryOf(found, BOB)).toMatchObject({ stake: 1, owner: ownerOfKey(BOB.publicKey) })
})

test.each<[string, Stakes]>([
  ['names no chain', { state: 'none' }],
  ['has one that does not answer', { state: 'unreachable' }],
  ['has one where nobody has staked', known([[ADA, backing(walletOf(0xa), 0n)]])],
])('where the site %s all weigh alike', (_, stakes) => {
  const found = roster(everybody, stakes)
  expect(found).toHaveLength(4)
  expect(new Set(found.map(({ stake }) => stake))).toEqual(new Set([1]))
})

test.each<[string, Partial<Backing>]>([
  ['is over', { validUntil: NOW_SECONDS }],
  ['has not begun', { validAfter: NOW_SECONDS + 1 }],
  ['was revoked', { revokedAt: NOW_SECONDS - 1 }],
  ['may not verify', { scope: 5 }],
])('a key whose session %s weighs like a stranger, and still belongs to its wallet', (_, change) => {
  const found = roster(everybody, known([[ADA, backing(walletOf(0xa), wholeTokens(5), change)]]))
  expect(entryOf(found, ADA)).toMatchObject({ stake: 1, owner: ownerOfWallet(walletOf(0xa)) })
})

test('many keys of one wallet weigh its stake once, on the first of them by its bytes', () => {
  const keys = Array.from({ length: 20 }, (_, i) => keyOf(100 + i))
  const stakes = known(keys.map((key) => [key, backing(walletOf(0xa), wholeTokens(5))]))
  const found = roster(
    keys.map((key) => offerOf(key)),
    stakes,
  )
  expect(found.map(({ stake }) => stake)).toEqual([5_000_000, ...Array.from({ length: 19 }, () => 1)])
  expect(new Set(found.map(({ owner }) => owner)).size).toBe(1)
})

test('of those keys the one in the provider’s cell carries it, as in the contracts’ committees', () => {
  const [first, second] = [ADA, BOB].toSorted((a, b) => (bytesToHex(a.publicKey) < bytesToHex(b.publicKey) ? -1 : 1))
  if (first === undefined || second === undefined) throw new Error('two keys')
  const stakes = known([ADA, BOB].map((key) => [key, backing(walletOf(0xa), wholeTokens(5))]))
  const found = roster([offerOf(first, OTHER_CELL), offerOf(second)], stakes)
  expect(found.map(({ stake }) => stake)).toEqual([1, 5_000_000])
  const elsewhere = roster([offerOf(first, OTHER_CELL), offerOf(second, OTHER_CELL)], stakes)
  expect(elsewhere.map(({ stake }) => stake)).toEqual([5_000_000, 1])
})

test('a key that may not verify does not carry its wallet’s stake in the place of one that may', () => {
  const [first, second] = roster([offerOf(ADA), offerOf(BOB)], { state: 'none' }).map(({ verifierKey }) =>
    bytesEqual(verifierKey, ADA.publicKey) ? ADA : BOB,
  )
  if (first === undefined || second === undefined) throw new Error('two keys')
  const stakes = known([
    [first, backing(walletOf(0xa), wholeTokens(5), { scope: 1 })],
    [second, backing(walletOf(0xa), wholeTokens(5))],
  ])
  expect(roster([offerOf(ADA), offerOf(BOB)], stakes).map(({ stake }) => stake)).toEqual([1, 5_000_000])
})

test('other keys of the provider’s wallet and of the requester’s are not on the list, whether or not they are themselves', () => {
  const stakes = known([
    [PROVIDER, backing(walletOf(0xa), wholeTokens(5))],
    [ADA, backing(walletOf(0xa), wholeTokens(5), { validUntil: 1 })],
    [REQUESTER, backing(walletOf(0xb), wholeTokens(5))],
    [BOB, backing(walletOf(0xb), wholeTokens(5))],
  ])
  const found = roster(everybody, stakes)
  expect(found.map(({ verifierKey }) => bytesToHex(verifierKey)).toSorted()).toEqual(
    [PROVIDER, CY].map(({ publicKey }) => bytesToHex(publicKey)).toSorted(),
  )
})
