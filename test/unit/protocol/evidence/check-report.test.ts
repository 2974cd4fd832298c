import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type CheckReport, CheckReportSchema } from '../../../../src/protocol/evidence/check-report.ts'
import { segmentFindings } from '../../../doubles/sample-findings.ts'

const REPORT: CheckReport = {
  exactPair: true,
  tokens: 40,
  tokensMatched: 39,
  firstTokenMismatch: 33,
  firstChosen: 7,
  firstDifference: { segment: 1, rowsHash: new Uint8Array(32) },
  tokensNotKept: 1,
  meanMargin: 0.25,
  maxMargin: 1.5,
  segments: segmentFindings(true, true),
  probes: [0.5, -2],
  elapsedMs: 12.5,
}

test('a report is read as it was written, with or without a mismatch', () => {
  expect(v.parse(CheckReportSchema, REPORT)).toEqual(REPORT)
  expect(v.is(CheckReportSchema, { ...REPORT, firstTokenMismatch: null })).toBe(true)
})

test.each<[string, object]>([
  ['more tokens than the longest answer', { tokens: 32_769 }],
  ['half a token', { tokensMatched: 38.5 }],
  ['a mismatch before the beginning', { firstTokenMismatch: -1 }],
  ['no word about a mismatch', { firstTokenMismatch: undefined }],
  ['a negative margin, which the rule cannot give', { maxMargin: -0.1 }],
  ['a margin that is no number', { meanMargin: Number.NaN }],
  [
    'more segments than the longest answer',
    { segments: segmentFindings(...Array.from({ length: 1_025 }, () => true)) },
  ],
  ['segments that are nearly equal', { segments: [{ ...segmentFindings(true)[0], rowsEqual: 'nearly' }] }],
  ['more probes than all verifiers of an answer are asked for', { probes: Array.from({ length: 257 }, () => 0) }],
  ['a probe that is no number', { probes: [Number.NaN] }],
  ['a verdict of its own', { verdict: 'pass' }],
])('%s is no report', (_what, change) => {
  expect(v.is(CheckReportSchema, { ...REPORT, ...change })).toBe(false)
})
