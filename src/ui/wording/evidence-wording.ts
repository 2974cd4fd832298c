import type { CheckReport } from '../../protocol/evidence/check-report.ts'
import { segmentsEqualIn } from '../../stores/index.ts'
import { inCount, inDifference, inSeconds } from './amounts.ts'

/** What the re-computation found, number by number. */
export function evidenceInWords(report: CheckReport | null): string {
  if (report === null) return 'No re-computation took place.'
  const tokens = `${report.tokensMatched} of ${inCount(report.tokens, 'token')} chosen again`
  const taken = `It took ${inSeconds(report.elapsedMs)}.`
  if (report.exactPair) {
    const equal = segmentsEqualIn(report)
    return `${tokens}; ${equal} of ${inCount(report.segments.length, 'segment hash', 'segment hashes')} equal. ${taken}`
  }
  const margins = `largest margin ${inDifference(report.maxMargin)}, mean ${inDifference(report.meanMargin)}`
  return `${tokens}; ${margins}; ${report.tokensNotKept} outside the allowed set. ${taken}`
}
