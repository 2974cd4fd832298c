import type { CheckErrorCode, ReceiptErrorCode } from '../errors.ts'
import { SEGMENT_TOKENS } from '../limits.ts'
import type { CheckReport } from './check-report.ts'

/** Three-valued, as in protocol.md §4. */
export type Verdict =
  | { verdict: 'pass' }
  | { verdict: 'fail'; reason: CheckErrorCode | ReceiptErrorCode; segment: number | null; statistic: string }
  | { verdict: 'inconclusive'; reason: CheckErrorCode; statistic: string }

/**
 * Exact pairs: equality, no threshold. Rows are judged before tokens, since tokens chosen from other rows say nothing more.
 * Other pairs: numbers without a calibrated threshold are inconclusive, never a failure.
 */
export function judgeCheck(report: CheckReport): Verdict {
  const matched = `${report.tokensMatched}/${report.tokens} tokens`
  // Where nothing was computed, nothing was found identical.
  if (report.tokens === 0) return { verdict: 'inconclusive', reason: 'check/unavailable', statistic: matched }
  if (!report.exactPair) return { verdict: 'inconclusive', reason: 'check/other-cell', statistic: matched }
  const unequal = report.segmentsEqual.indexOf(false)
  if (unequal !== -1) {
    const equal = report.segmentsEqual.filter(Boolean).length
    const statistic = `${equal}/${report.segmentsEqual.length} segments`
    return { verdict: 'fail', reason: 'check/rows-mismatch', segment: unequal, statistic }
  }
  if (report.segmentsEqual.length !== Math.ceil(report.tokens / SEGMENT_TOKENS)) {
    const statistic = `${report.segmentsEqual.length} segment hashes for ${report.tokens} tokens`
    return { verdict: 'fail', reason: 'check/rows-mismatch', segment: report.segmentsEqual.length, statistic }
  }
  if (report.firstTokenMismatch !== null) {
    const segment = Math.floor(report.firstTokenMismatch / SEGMENT_TOKENS)
    return { verdict: 'fail', reason: 'check/token-rule', segment, statistic: matched }
  }
  return { verdict: 'pass' }
}
