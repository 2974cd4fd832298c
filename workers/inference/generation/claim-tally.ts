import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import type { ClaimScore } from '../../../src/protocol/sampling/token-rule.ts'

type Totals = Pick<
  CheckReport,
  'tokensMatched' | 'firstTokenMismatch' | 'firstChosen' | 'tokensNotKept' | 'meanMargin' | 'maxMargin'
>

export interface ClaimTally {
  add(position: number, score: ClaimScore): void
  total(): Totals
}

/** Adds up what the rule says of each claimed token, in ascending order of position. */
export function createClaimTally(): ClaimTally {
  let tokensMatched = 0
  let tokensNotKept = 0
  let firstTokenMismatch: number | null = null
  let firstChosen: number | null = null
  let marginSum = 0
  let margins = 0
  let maxMargin = 0
  return {
    add(position, score) {
      if (score.matches) tokensMatched += 1
      else if (firstTokenMismatch === null) {
        firstTokenMismatch = position
        firstChosen = score.chosen < 0 ? null : score.chosen
      }
      if (score.margin === null) {
        tokensNotKept += 1
        return
      }
      marginSum += score.margin
      margins += 1
      maxMargin = Math.max(maxMargin, score.margin)
    },
    total: () => ({
      tokensMatched,
      firstTokenMismatch,
      firstChosen,
      tokensNotKept,
      meanMargin: margins === 0 ? 0 : marginSum / margins,
      maxMargin,
    }),
  }
}
