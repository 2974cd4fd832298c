import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { bytesToHex, taggedHash } from '../../../../src/protocol/hash.ts'
import {
  canonicalRoster,
  MAX_ROSTER,
  ownerOfKey,
  ownerOfWallet,
  type RosterEntry,
  RosterSchema,
  rosterHash,
} from '../../../../src/protocol/selection/roster.ts'
import { sampleEntry, sampleRoster } from './sample-roster.ts'

const entries = Array.from({ length: 20 }, (_, i) => sampleEntry(i))

test('the same verifiers in any order have one canonical roster and one hash', () => {
  const hash = rosterHash(entries)
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
      expect(rosterHash(shuffled)).toEqual(hash)
      expect(v.is(RosterSchema, canonicalRoster(shuffled))).toBe(true)
    }),
  )
})

test.each<[string, Partial<RosterEntry>]>([
  ['key', { verifierKey: sampleEntry(99).verifierKey }],
  ['owner', { owner: ownerOfKey(sampleEntry(99).verifierKey) }],
  ['peer', { peerId: 'another' }],
  ['stake', { stake: 1_000_001 }],
  ['cell', { cellId: 'cd'.repeat(32) }],
])('another %s is another roster', (_, change) => {
  expect(rosterHash(entries.with(3, sampleEntry(3, change)))).not.toEqual(rosterHash(entries))
})

test('a key that is in it twice makes it none', () => {
  const twice = [...entries, sampleEntry(3, { stake: 7 })]
  expect(canonicalRoster(twice)).toBe(null)
  expect(rosterHash(twice)).toBe(null)
  const sorted = sampleRoster([1, 2])
  expect(v.is(RosterSchema, [sorted[0], sorted[0]])).toBe(false)
})

test('a roster in another order, too long a one, and entries that are none are refused', () => {
  const sorted = sampleRoster([1, 2, 3])
  expect(v.is(RosterSchema, sorted)).toBe(true)
  expect(v.is(RosterSchema, sorted.toReversed())).toBe(false)
  const long = canonicalRoster(Array.from({ length: MAX_ROSTER + 1 }, (_, i) => sampleEntry(i)))
  expect(v.is(RosterSchema, long)).toBe(false)
  expect(v.is(RosterSchema, long?.slice(1))).toBe(true)
  const [entry] = sorted
  for (const change of [{ stake: -1 }, { stake: 0.5 }, { stake: 2 ** 53 }, { owner: 'me' }, { extra: 1 }]) {
    expect(v.is(RosterSchema, [{ ...entry, ...change }])).toBe(false)
  }
})

test('the schema is total on values of any kind', () => {
  const entry = fc.record({ verifierKey: fc.uint8Array({ maxLength: 80 }), stake: fc.anything() }, { requiredKeys: [] })
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(entry)), (value) => {
      expect(v.is(RosterSchema, value)).toBe(Array.isArray(value) && value.length === 0)
    }),
  )
})

test('all keys of one wallet have one owner, which is that of no key', () => {
  const wallet = `0x${'aB'.repeat(20)}` as const
  expect(ownerOfWallet(wallet)).toBe(bytesToHex(taggedHash('owner', new Uint8Array(20).fill(0xab))))
  expect(ownerOfWallet(`0x${'ab'.repeat(20)}`)).toBe(ownerOfWallet(wallet))
  expect(ownerOfKey(new Uint8Array(64).fill(0xab))).not.toBe(ownerOfWallet(wallet))
})
