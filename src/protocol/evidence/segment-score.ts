import type { SegmentFinding } from './segment-finding.ts'
import { segmentStatistics } from './segment-statistics.ts'
import type { Thresholds } from './thresholds.ts'

/**
 * A segment whose commitment is missing or faulty: as bad as one that is four times beyond a limit. Leaving it out must not be better
 * than a wrong one, and no honest provider ever does.
 */
export const COMMITMENT_MISSING_SCORE = 4

export interface SegmentScore {
  /** The largest ratio of a statistic to its limit; at most 1 is honest. */
  score: number
  /** What reached it. */
  worst: 'exponent' | 'mantissa' | 'tokens' | 'not-kept' | 'margin' | 'commitment-missing'
}

/** How far a segment is from what is honest between its two cells. Segments of fewer than 32 tokens are scaled in segment-statistics.ts. */
export function scoreSegment(finding: SegmentFinding, thresholds: Thresholds): SegmentScore {
  const { drift, tokenMismatches, notKept, marginMean } = segmentStatistics(finding, thresholds.marginClip)
  const scores: SegmentScore[] = [
    { worst: 'tokens', score: tokenMismatches / thresholds.tokenMismatches },
    { worst: 'not-kept', score: notKept / thresholds.notKept },
    { worst: 'margin', score: marginMean / thresholds.marginMean },
  ]
  if (drift === null) {
    scores.push({ worst: 'commitment-missing', score: COMMITMENT_MISSING_SCORE })
  } else {
    const mean = drift.mantissaMean / thresholds.mantissaMean
    const median = drift.mantissaMedian / thresholds.mantissaMedian
    scores.push({ worst: 'mantissa', score: Math.max(mean, median) })
    scores.push({ worst: 'exponent', score: drift.exponentMismatches / thresholds.exponentMismatches })
  }
  return scores.reduce((worst, next) => (next.score >= worst.score ? next : worst))
}
