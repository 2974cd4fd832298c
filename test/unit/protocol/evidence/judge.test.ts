import { expect, test } from 'vitest'
import type { CheckReport } from '../../../../src/protocol/evidence/check-report.ts'
import { judgeCheck } from '../../../../src/protocol/evidence/judge.ts'
import { segmentFindings } from '../../../doubles/sample-findings.ts'

function report(change: Partial<CheckReport> = {}): CheckReport {
  return {
    exactPair: true,
    tokens: 96,
    tokensMatched: 96,
    firstTokenMismatch: null,
    firstChosen: null,
    firstDifference: null,
    tokensNotKept: 0,
    meanMargin: 0,
    maxMargin: 0,
    segments: segmentFindings(true, true, true),
    probes: [],
    elapsedMs: 10,
    ...change,
  }
}

test('equal rows and equal tokens within one cell pass', () => {
  expect(judgeCheck(report(), null)).toEqual({ verdict: 'pass' })
})

test('one unequal segment fails, and is named', () => {
  expect(judgeCheck(report({ segments: segmentFindings(true, false, false) }), null)).toEqual({
    verdict: 'fail',
    reason: 'check/rows-mismatch',
    segment: 1,
    statistic: '1/3 segments',
  })
})

test.each([
  [0, 0],
  [31, 0],
  [32, 1],
  [95, 2],
])('a token that the rule does not choose fails: position %i is in segment %i', (firstTokenMismatch, segment) => {
  expect(judgeCheck(report({ tokensMatched: 95, firstTokenMismatch }), null)).toEqual({
    verdict: 'fail',
    reason: 'check/token-rule',
    segment,
    statistic: '95/96 tokens',
  })
})

test('unequal rows are judged before tokens: tokens chosen from other rows say nothing more', () => {
  const both = report({ segments: segmentFindings(true, true, false), tokensMatched: 95, firstTokenMismatch: 0 })
  expect(judgeCheck(both, null)).toMatchObject({ reason: 'check/rows-mismatch', segment: 2 })
})

test('across cells that nobody calibrated nothing passes and nothing fails, whatever the numbers are', () => {
  const statistic = '96/96 tokens'
  expect(judgeCheck(report({ exactPair: false }), null)).toEqual({
    verdict: 'inconclusive',
    reason: 'check/other-cell',
    statistic,
  })
  const bad = report({
    exactPair: false,
    tokensMatched: 0,
    firstTokenMismatch: 0,
    segments: segmentFindings(false, false, false),
  })
  expect(judgeCheck(bad, null)).toEqual({
    verdict: 'inconclusive',
    reason: 'check/other-cell',
    statistic: '0/96 tokens',
  })
})

test('an answer of no tokens is not found identical to anything', () => {
  const nothing = report({ tokens: 0, tokensMatched: 0, segments: segmentFindings() })
  expect(judgeCheck(nothing, null)).toMatchObject({ verdict: 'inconclusive', reason: 'check/unavailable' })
})

test('fewer segment hashes than segments fail: what nobody committed to was not compared', () => {
  expect(judgeCheck(report({ segments: segmentFindings(true, true) }), null)).toMatchObject({
    verdict: 'fail',
    reason: 'check/rows-mismatch',
    segment: 2,
  })
})
