import fc from 'fast-check'
import { expect, test } from 'vitest'
import { summariseFindings } from '../../../../src/protocol/evidence/calibration-statistics.ts'
import type { CommitmentDistance } from '../../../../src/protocol/evidence/commitment-distance.ts'
import type { SegmentFinding } from '../../../../src/protocol/evidence/segment-finding.ts'
import {
  COMMITMENT_MISSING_SCORE,
  type SegmentScore,
  scoreSegment,
} from '../../../../src/protocol/evidence/segment-score.ts'
import { type Thresholds, thresholdsOf } from '../../../../src/protocol/evidence/thresholds.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'

const LIMITS: Thresholds = {
  exponentMismatches: 10,
  mantissaMean: 2,
  mantissaMedian: 1,
  tokenMismatches: 8,
  notKept: 2,
  marginMean: 0.02,
  marginClip: 0.1,
}

function drift(change: Partial<CommitmentDistance>): Partial<SegmentFinding> {
  return { commitment: { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0, ...change } }
}

const findings: fc.Arbitrary<SegmentFinding> = fc
  .record({
    matched: fc.nat(20),
    notKept: fc.nat(4),
    margins: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 8 }),
    exponentMismatches: fc.nat(128),
    mantissaMean: fc.double({ min: 0, max: 128, noNaN: true }),
    mantissaMedian: fc.nat(128),
  })
  .map(({ matched, notKept, margins, ...distance }) =>
    segmentFinding({ tokens: matched + notKept + margins.length, matched, notKept, margins, ...drift(distance) }),
  )

test('a segment without a difference scores nothing', () => {
  expect(scoreSegment(segmentFinding(), LIMITS).score).toBe(0)
})

test.each<[SegmentScore['worst'], number, Partial<SegmentFinding>]>([
  ['exponent', 1.5, drift({ exponentMismatches: 15 })],
  ['mantissa', 1.5, drift({ mantissaMean: 3, mantissaMedian: 1 })],
  ['mantissa', 3, drift({ mantissaMean: 3, mantissaMedian: 3 })],
  ['tokens', 1.25, { matched: 22, margins: new Array<number>(10).fill(0) }],
  ['not-kept', 1.5, { matched: 29, notKept: 3 }],
  ['margin', 1.09375, { matched: 25, margins: new Array<number>(7).fill(9) }],
  ['commitment-missing', COMMITMENT_MISSING_SCORE, { commitment: null }],
])('what is worst is %s, and by how much is %d', (worst, score, change) => {
  const found = scoreSegment(segmentFinding(change), LIMITS)
  expect(found.worst).toBe(worst)
  expect(found.score).toBeCloseTo(score, 12)
})

test('leaving the commitment out is beyond any limit, and what is worse still is said', () => {
  expect(COMMITMENT_MISSING_SCORE).toBeGreaterThan(1)
  const random = segmentFinding({ matched: 0, notKept: 32, commitment: null })
  expect(scoreSegment(random, LIMITS)).toEqual({ score: 16, worst: 'not-kept' })
})

test('exactly at a limit is honest', () => {
  const finding = segmentFinding({ matched: 24, margins: new Array<number>(8).fill(0) })
  expect(scoreSegment(finding, LIMITS)).toEqual({ score: 1, worst: 'tokens' })
})

test('a short segment is not worse for being short', () => {
  const commitment = { points: 128, exponentMismatches: 12, mantissaMean: 2, mantissaMedian: 1 }
  const short = scoreSegment(segmentFinding({ tokens: 4, matched: 4, commitment }), LIMITS).score
  const full = scoreSegment(segmentFinding({ commitment }), LIMITS).score
  expect(short).toBeCloseTo(full / 2, 12)
})

test('every segment that limits were made from is honest by them', () => {
  fc.assert(
    fc.property(fc.array(findings, { minLength: 1, maxLength: 30 }), (honest) => {
      const limits = thresholdsOf(summariseFindings(honest))
      for (const finding of honest) expect(scoreSegment(finding, limits).score).toBeLessThanOrEqual(1)
    }),
  )
})

test('more of anything never scores less', () => {
  fc.assert(
    fc.property(findings, fc.nat(50), (finding, more) => {
      const before = scoreSegment(finding, LIMITS).score
      const { commitment } = finding
      const exponentMismatches = Math.min(128, (commitment?.exponentMismatches ?? 0) + more)
      const farther = { ...finding, commitment: commitment && { ...commitment, exponentMismatches } }
      expect(scoreSegment(farther, LIMITS).score).toBeGreaterThanOrEqual(before)
      const wider = { ...finding, margins: finding.margins.map((margin) => margin + more) }
      expect(scoreSegment(wider, LIMITS).score).toBeGreaterThanOrEqual(before)
    }),
  )
})
