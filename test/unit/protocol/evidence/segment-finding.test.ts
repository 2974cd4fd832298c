import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type SegmentFinding, SegmentFindingSchema } from '../../../../src/protocol/evidence/segment-finding.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'

test('a segment where everything agrees, and one where something does not, are findings', () => {
  expect(v.is(SegmentFindingSchema, segmentFinding())).toBe(true)
  const mixed = segmentFinding({ rowsEqual: false, matched: 29, notKept: 1, margins: [0.5, 0], commitment: null })
  expect(v.is(SegmentFindingSchema, mixed)).toBe(true)
})

test.each<[string, Partial<Record<keyof SegmentFinding, unknown>>]>([
  ['more tokens than a segment has', { tokens: 33, matched: 33 }],
  ['a token that is in no group', { matched: 31 }],
  ['a token that is in two groups', { notKept: 1 }],
  ['a margin below zero', { matched: 31, margins: [-0.1] }],
  ['an infinite margin', { matched: 31, margins: [Number.POSITIVE_INFINITY] }],
  ['a margin that is no number', { matched: 31, margins: [Number.NaN] }],
  ['a distance with a field too many', { commitment: { ...segmentFinding().commitment, note: '' } }],
  ['129 points', { commitment: { ...segmentFinding().commitment, points: 129 } }],
  ['a commitment left out', { commitment: undefined }],
])('%s is no finding', (_what, change) => {
  expect(v.is(SegmentFindingSchema, { ...segmentFinding(), ...change })).toBe(false)
})
