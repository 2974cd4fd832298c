import type { CheckOptions, Engine } from '../../src/participant/ports.ts'
import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import type { Thresholds } from '../../src/protocol/evidence/thresholds.ts'
import { falseAlarmBound } from '../../src/protocol/reputation/sequential-evidence.ts'
import { CERTAIN } from '../../src/protocol/selection/lottery.ts'
import { exceedanceBound } from '../../tools/calibrate/exceedance-bound.ts'
import { answersOf, judgedByEquality, judgedByThresholds, reportsOf } from './checked-answer.ts'
import { upperBoundOfNone } from './detection.ts'
import { calibratedLimits } from './limits.ts'
import type { World } from './world.ts'

export interface HonestPair {
  pair: string
  /** Null: the provider's own cell, where equality is owed. */
  thresholds: Thresholds | null
  answers: number
  segments: number
  rows: number
  /** Segments whose bits came out the same. */
  segmentsEqual: number
  passed: number
  failed: number
  inconclusive: number
  /** Upper 95 % bound of the probability that an honest segment fails; 1 where one did. */
  failureBound: number
  /** Of each segment; empty in the exact class. */
  scores: number[]
  /** Upper bound of E[e^λ] from these scores alone. */
  evidenceBound: number | null
  /** Of the sequential rule, for one job, audited for certain. */
  falseAlarmPerJob: number | null
}

/** Answers that no calibration has seen, against the table as it is published. */
export async function measureHonest(
  world: World,
  prompts: readonly StandardPrompt[],
  say: (what: string) => void,
): Promise<HonestPair[]> {
  const { referee, inPlace, half } = world
  // Half precision computes without the fast path here: a part of the answers.
  const few = prompts.slice(0, Math.ceil(prompts.length / 8))
  const pairs: HonestPair[] = []
  const from = async (name: string, provider: Engine, asked: readonly StandardPrompt[]) => {
    say(`${name} answers ${asked.length} prompts`)
    const claims = await answersOf(provider, asked)
    return async (checkerName: string, checker: Engine, seen: readonly CheckOptions[] = claims) => {
      say(`${checkerName} checks ${name}`)
      const reports = await reportsOf(checker, seen)
      const own = provider === checker
      const thresholds = own ? null : await calibratedLimits(provider, checker)
      pairs.push(honestPairOf(own ? `${name} → itself` : `${name} → ${checkerName}`, reports, thresholds))
    }
  }
  const byReferee = await from('q4-f32', referee, prompts)
  await byReferee('q4-f32', referee)
  await byReferee('q4', inPlace)
  const byInPlace = await from('q4', inPlace, prompts)
  await byInPlace('q4', inPlace)
  await byInPlace('q4-f32', referee)
  const byHalf = await from('q4f16', half, few)
  await byHalf('q4f16', half)
  await byHalf('q4-f32', referee)
  await byHalf('q4', inPlace)
  const toHalf = await from('q4-f32 ', referee, few)
  await toHalf('q4f16', half)
  return pairs
}

function honestPairOf(pair: string, reports: readonly CheckReport[], thresholds: Thresholds | null): HonestPair {
  const answers = thresholds === null ? null : reports.map((report) => judgedByThresholds(report, thresholds))
  const verdicts = answers?.map(({ verdict }) => verdict) ?? reports.map(judgedByEquality)
  const count = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).length
  const findings = reports.flatMap(({ segments }) => segments)
  const scores = answers?.flatMap((answer) => answer.scores) ?? []
  return {
    pair: pair.replace('  ', ' '),
    thresholds,
    answers: reports.length,
    segments: findings.length,
    rows: findings.reduce((sum, { tokens }) => sum + tokens, 0),
    segmentsEqual: findings.filter(({ rowsEqual }) => rowsEqual).length,
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    failureBound: count('fail') === 0 ? upperBoundOfNone(findings.length) : 1,
    scores,
    ...boundsOf(thresholds === null ? null : scores),
  }
}

/** All pairs of cells as one: what is honest between any two of them. */
export function together(pairs: readonly HonestPair[]): HonestPair {
  const tolerant = pairs.filter(({ thresholds }) => thresholds !== null)
  const sum = (field: 'answers' | 'segments' | 'rows' | 'segmentsEqual' | 'passed' | 'failed' | 'inconclusive') =>
    tolerant.reduce((total, pair) => total + pair[field], 0)
  const scores = tolerant.flatMap((pair) => pair.scores)
  return {
    pair: 'other cells, together',
    thresholds: tolerant[0]?.thresholds ?? null,
    answers: sum('answers'),
    segments: sum('segments'),
    rows: sum('rows'),
    segmentsEqual: sum('segmentsEqual'),
    passed: sum('passed'),
    failed: sum('failed'),
    inconclusive: sum('inconclusive'),
    failureBound: sum('failed') === 0 ? upperBoundOfNone(scores.length) : 1,
    scores,
    ...boundsOf(scores),
  }
}

function boundsOf(scores: readonly number[] | null): Pick<HonestPair, 'evidenceBound' | 'falseAlarmPerJob'> {
  if (scores === null) return { evidenceBound: null, falseAlarmPerJob: null }
  const evidenceBound = exceedanceBound(scores)
  return { evidenceBound, falseAlarmPerJob: falseAlarmBound(evidenceBound, CERTAIN) }
}
