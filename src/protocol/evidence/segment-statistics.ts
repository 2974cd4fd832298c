import { SEGMENT_TOKENS } from '../limits.ts'
import type { SegmentFinding } from './segment-finding.ts'

/** What calibration measures in honest segments and what limits are put on, in the units of a full segment. */
export interface SegmentStatistics {
  /** Null when the segment carries no readable commitment. */
  drift: { exponentMismatches: number; mantissaMean: number; mantissaMedian: number } | null
  /** Tokens that the rule does not choose, kept or not. */
  tokenMismatches: number
  notKept: number
  /** Logits: the sum of margins, each clipped, over 32 tokens. */
  marginMean: number
}

/**
 * A segment of fewer than 32 tokens, in the units of a full one.
 *
 * Counts and margins stay as they are: the tokens that are missing count as matched, so a short segment is never closer to a limit
 * because it is short. Drift is divided by (32 / tokens)^⅓: fewer rows fill the 128 points with smaller values, whose last bits are
 * further apart. For Gaussian rows of 192, where that matters most, drift grew 3.1-fold from 32 tokens to one, and 1.5-fold to eight.
 */
export function segmentStatistics(finding: SegmentFinding, marginClip: number): SegmentStatistics {
  const { tokens, matched, notKept, margins, commitment } = finding
  const stretch = Math.cbrt(SEGMENT_TOKENS / Math.max(1, tokens))
  return {
    drift: commitment && {
      exponentMismatches: commitment.exponentMismatches / stretch,
      mantissaMean: commitment.mantissaMean / stretch,
      mantissaMedian: commitment.mantissaMedian / stretch,
    },
    tokenMismatches: tokens - matched,
    notKept,
    marginMean: margins.reduce((sum, margin) => sum + Math.min(margin, marginClip), 0) / SEGMENT_TOKENS,
  }
}
