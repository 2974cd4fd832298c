import type { AuditErrorCode, CheckErrorCode, ReceiptErrorCode } from '../errors.ts'
import { SEGMENT_TOKENS } from '../limits.ts'
import { type CheckReport, segmentsEqualIn } from './check-report.ts'
import { type SegmentScore, scoreSegment } from './segment-score.ts'
import type { Thresholds } from './thresholds.ts'

/** Three-valued, as in protocol.md §4. */
export type Verdict =
  | { verdict: 'pass' }
  | {
      verdict: 'fail'
      reason: CheckErrorCode | ReceiptErrorCode | AuditErrorCode
      segment: number | null
      statistic: string
    }
  | { verdict: 'inconclusive'; reason: CheckErrorCode; statistic: string }

/**
 * Exact pairs: equality, no threshold. Other pairs: each segment's numbers against the calibrated limits of the two cells; a pair that
 * nobody calibrated (`thresholds` null) is inconclusive, never a failure.
 */
export function judgeCheck(report: CheckReport, thresholds: Thresholds | null): Verdict {
  const matched = `${report.tokensMatched}/${report.tokens} tokens`
  // Where nothing was computed, nothing was found identical.
  if (report.tokens === 0) return { verdict: 'inconclusive', reason: 'check/unavailable', statistic: matched }
  if (report.exactPair) return judgeByEquality(report, matched)
  if (thresholds === null) return { verdict: 'inconclusive', reason: 'check/other-cell', statistic: matched }
  return judgeByThresholds(report, thresholds)
}

/** Rows are judged before tokens, since tokens chosen from other rows say nothing more. */
function judgeByEquality(report: CheckReport, matched: string): Verdict {
  const { segments } = report
  const unequal = segments.findIndex(({ rowsEqual }) => !rowsEqual)
  if (unequal !== -1) {
    const statistic = `${segmentsEqualIn(report)}/${segments.length} segments`
    return { verdict: 'fail', reason: 'check/rows-mismatch', segment: unequal, statistic }
  }
  if (segments.length !== Math.ceil(report.tokens / SEGMENT_TOKENS)) {
    const statistic = `${segments.length} segment hashes for ${report.tokens} tokens`
    return { verdict: 'fail', reason: 'check/rows-mismatch', segment: segments.length, statistic }
  }
  if (report.firstTokenMismatch !== null) {
    const segment = Math.floor(report.firstTokenMismatch / SEGMENT_TOKENS)
    return { verdict: 'fail', reason: 'check/token-rule', segment, statistic: matched }
  }
  return { verdict: 'pass' }
}

const REASONS: Record<SegmentScore['worst'], CheckErrorCode> = {
  exponent: 'check/commitment',
  mantissa: 'check/commitment',
  'commitment-missing': 'check/commitment',
  tokens: 'check/margins',
  margin: 'check/margins',
  'not-kept': 'check/not-kept',
}

/** One segment beyond its pair's honest numbers fails the answer. It never slashes: that takes sequential evidence (protocol.md §4.6). */
function judgeByThresholds(report: CheckReport, thresholds: Thresholds): Verdict {
  for (const [segment, finding] of report.segments.entries()) {
    const { score, worst } = scoreSegment(finding, thresholds)
    if (score > 1) {
      return {
        verdict: 'fail',
        reason: REASONS[worst],
        segment,
        statistic: `${score.toFixed(1)} times the honest limit`,
      }
    }
  }
  return { verdict: 'pass' }
}
