import { answerPrompt } from '../../src/participant/calibrate.ts'
import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import { judgeCheck, type Verdict } from '../../src/protocol/evidence/judge.ts'
import { type SegmentScore, scoreSegment } from '../../src/protocol/evidence/segment-score.ts'
import type { Thresholds } from '../../src/protocol/evidence/thresholds.ts'
import { severalAtOnce } from '../../tools/calibrate/measure-pairs.ts'

export const never = new AbortController().signal

/** One answer as a checker saw it. */
export interface CheckedAnswer {
  /** Of each segment. */
  tokens: number[]
  scores: number[]
  worst: SegmentScore['worst'][]
  verdict: Verdict
}

/** What a provider, honest or not, sends in answer to each prompt. The claim names what was asked, whatever it did. */
export function answersOf(provider: Engine, prompts: readonly StandardPrompt[]): Promise<CheckOptions[]> {
  return severalAtOnce(prompts, (prompt) => answerPrompt(provider, prompt, never))
}

export function reportsOf(checker: Engine, claims: readonly CheckOptions[]): Promise<CheckReport[]> {
  return severalAtOnce(claims, (claim) => checker.check(claim, never))
}

/** A checker of the provider's own cell: equality, or nothing. */
export function judgedByEquality(report: CheckReport): Verdict {
  return judgeCheck({ ...report, exactPair: true }, null)
}

/** A checker of another cell: what is honest between the two. */
export function judgedByThresholds(report: CheckReport, thresholds: Thresholds): CheckedAnswer {
  const scores = report.segments.map((finding) => scoreSegment(finding, thresholds))
  return {
    tokens: report.segments.map(({ tokens }) => tokens),
    scores: scores.map(({ score }) => score),
    worst: scores.map(({ worst }) => worst),
    verdict: judgeCheck({ ...report, exactPair: false }, thresholds),
  }
}
