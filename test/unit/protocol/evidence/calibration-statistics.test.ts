import * as v from 'valibot'
import { expect, test } from 'vitest'
import {
  CalibrationStatisticsSchema,
  marginClipOf,
  summariseFindings,
} from '../../../../src/protocol/evidence/calibration-statistics.ts'
import type { SegmentFinding } from '../../../../src/protocol/evidence/segment-finding.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'

const ZERO = { p50: 0, p99: 0, p999: 0, max: 0 }

function drifting(exponentMismatches: number): SegmentFinding {
  return segmentFinding({ commitment: { points: 128, exponentMismatches, mantissaMean: 0.5, mantissaMedian: 1 } })
}

test('segments without a difference are all zeros', () => {
  expect(summariseFindings([segmentFinding(), segmentFinding()])).toEqual({
    segments: 2,
    committed: 2,
    tokens: 64,
    exponentMismatches: ZERO,
    mantissaMean: ZERO,
    mantissaMedian: ZERO,
    tokenMismatches: ZERO,
    notKept: ZERO,
    marginP999: 0,
    marginMean: ZERO,
  })
})

test('each statistic is summed up by itself', () => {
  const findings = Array.from({ length: 100 }, (_, i) => drifting(i))
  findings.push(segmentFinding({ matched: 29, notKept: 2, margins: [0.5], commitment: null }))
  const statistics = summariseFindings(findings)
  expect(statistics).toMatchObject({ segments: 101, committed: 100, tokens: 3_232 })
  expect(statistics.exponentMismatches).toEqual({ p50: 49, p99: 98, p999: 99, max: 99 })
  expect(statistics.mantissaMean).toEqual({ p50: 0.5, p99: 0.5, p999: 0.5, max: 0.5 })
  expect(statistics.mantissaMedian.p50).toBe(1)
  expect(statistics.tokenMismatches).toEqual({ p50: 0, p99: 0, p999: 3, max: 3 })
  expect(statistics.notKept.max).toBe(2)
  expect(v.is(CalibrationStatisticsSchema, statistics)).toBe(true)
})

test('the percentile of margins is over all tokens, matched ones too, and clips what is beyond it', () => {
  const matched = Array.from({ length: 50 }, () => segmentFinding())
  const differing = segmentFinding({ matched: 30, margins: [0.25, 7] })
  // 1,632 tokens: one may lie above the 99.9th percentile.
  const statistics = summariseFindings([...matched, differing])
  expect(statistics.marginP999).toBe(0.25)
  expect(statistics.marginMean.max).toBe((0.25 + 0.25) / 32)
})

test('margins are never clipped below what two roundings to bfloat16 can do', () => {
  expect(marginClipOf(0)).toBe(1 / 16)
  expect(marginClipOf(0.5)).toBe(0.5)
})

test('a short segment is summed up in the units of a full one', () => {
  const commitment = { points: 128, exponentMismatches: 8, mantissaMean: 4, mantissaMedian: 2 }
  const statistics = summariseFindings([segmentFinding({ tokens: 4, matched: 4, commitment })])
  // (32 / 4)^⅓ = 2.
  expect(statistics.exponentMismatches.max).toBe(4)
  expect(statistics.mantissaMean.max).toBe(2)
  expect(statistics.mantissaMedian.max).toBe(1)
})

test.each<[string, object]>([
  ['of no segment', { segments: 0, committed: 0, tokens: 0 }],
  ['without a commitment', { committed: 0 }],
  ['with more commitments than segments', { committed: 3 }],
  ['with more tokens than fit', { tokens: 65 }],
  ['with an endless margin', { marginP999: Number.POSITIVE_INFINITY }],
  ['with half a segment', { segments: 2.5 }],
  ['with quantiles that descend', { notKept: { p50: 1, p99: 0, p999: 0, max: 0 } }],
])('statistics %s are none', (_what, change) => {
  const honest = summariseFindings([segmentFinding(), segmentFinding()])
  expect(v.is(CalibrationStatisticsSchema, honest)).toBe(true)
  expect(v.is(CalibrationStatisticsSchema, { ...honest, ...change })).toBe(false)
})
