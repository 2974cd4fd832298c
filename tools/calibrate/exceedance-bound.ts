import { lambdaOf, MAX_LAMBDA } from '../../src/protocol/reputation/evidence-weight.ts'

/** One in a thousand calibrations may say too little. */
const ERROR = 1e-3

/**
 * An upper bound of E[e^λ] over honest segments, which 99.9 % of calibrations do not underestimate. Of `n` independent scores none was above the
 * worst, so at most 1 − ERROR^(1/n) of all are (Clopper and Pearson 1934), and those count for the most that there is. Where nearly all
 * scores are far below their limits it needs fewer segments than a bound by the variance (`honestGate`): some 700 against 1,800.
 */
export function exceedanceBound(scores: readonly number[]): number {
  if (scores.length === 0) return Number.POSITIVE_INFINITY
  const worst = Math.exp(lambdaOf(Math.max(...scores)))
  const unseen = 1 - ERROR ** (1 / scores.length)
  return worst + unseen * (Math.exp(MAX_LAMBDA) - worst)
}
