import { expect, test } from 'vitest'
import { isPopulated, MIN_EXACT_OWNERS } from '../../../../src/protocol/selection/exact-cell.ts'
import type { RosterEntry } from '../../../../src/protocol/selection/roster.ts'
import { sampleEntry } from './sample-roster.ts'

const cellId = 'aa'.repeat(32)
const members = (count: number, change: Partial<RosterEntry> = {}): RosterEntry[] =>
  Array.from({ length: count }, (_, i) => sampleEntry(i, { cellId, ...change }))

test('a cell with thirty owners of verifiers judges its own', () => {
  expect(isPopulated(members(MIN_EXACT_OWNERS), cellId)).toBe(true)
  expect(isPopulated(members(MIN_EXACT_OWNERS - 1), cellId)).toBe(false)
  expect(isPopulated(members(MIN_EXACT_OWNERS), 'bb'.repeat(32))).toBe(false)
})

test('many keys of one owner, and keys without stake, populate nothing', () => {
  expect(isPopulated(members(100, { owner: 'cc'.repeat(32) }), cellId)).toBe(false)
  expect(isPopulated(members(100, { stake: 0 }), cellId)).toBe(false)
})

test('where anybody has a whole token at stake, thirty strangers populate nothing', () => {
  const strangers = members(MIN_EXACT_OWNERS, { stake: 1 })
  expect(isPopulated(strangers, cellId)).toBe(true)
  const staked = sampleEntry(900, { stake: 1_000_000 })
  expect(isPopulated([...strangers, staked], cellId)).toBe(false)
  expect(isPopulated([...strangers, sampleEntry(900, { stake: 999_999 })], cellId)).toBe(true)
  expect(isPopulated([...members(MIN_EXACT_OWNERS), sampleEntry(900, { stake: 1 })], cellId)).toBe(true)
})
