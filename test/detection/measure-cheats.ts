import type { StandardPrompt } from '../../src/participant/standard-prompts.ts'
import type { Thresholds } from '../../src/protocol/evidence/thresholds.ts'
import { type Cheat, cheatsOf } from './cheats.ts'
import { answersOf, judgedByEquality, judgedByThresholds, reportsOf } from './checked-answer.ts'
import { auditsToAlarm, type Spread, spreadOf, tokensToDetection } from './detection.ts'
import { measuredLimits, publishedLimits } from './limits.ts'
import { unseenPrompts, type World } from './world.ts'

export interface MeasuredCheat {
  name: string
  simulated: string | null
  targetTokens: number | null
  answers: number
  segments: number
  exact: {
    /** Answers that an exact checker failed, of those that were not word for word what honest work gives. */
    found: number
    cheated: number
    /** Segments checked up to the first failing one. */
    segments: Spread
    reasons: Record<string, number>
  }
  tolerant: {
    tokens: Spread
    audits: Spread
    /** Share of segments beyond a limit. */
    segmentsBeyond: number
    /** Of what is beyond, what reached furthest. */
    worst: Record<string, number>
    scores: number[]
  }
}

/** What is found of every cheat, in its class and across cells. */
export async function measureCheats(
  world: World,
  prompts: readonly StandardPrompt[],
  say: (what: string) => void,
): Promise<MeasuredCheat[]> {
  const thresholds: Record<Cheat['pair'], Thresholds> = {
    shipped: publishedLimits(world.referee, world.inPlace),
    eight: await measuredLimits(world.eight, world.eightInPlace, unseenPrompts(48, 2_000)),
    original: await measuredLimits(world.original, world.original, unseenPrompts(48, 2_000)),
  }
  const measured: MeasuredCheat[] = []
  for (const cheat of cheatsOf(world)) {
    say(cheat.name)
    measured.push(await measureCheat(cheat, prompts, thresholds[cheat.pair]))
  }
  return measured
}

/** Whoever gives word for word, bit for bit what honest work gives has not cheated: a wrong seed may roll the same dice. */
async function measureCheat(
  cheat: Cheat,
  prompts: readonly StandardPrompt[],
  thresholds: Thresholds,
): Promise<MeasuredCheat> {
  const { name, simulated, targetTokens, provider, exactChecker, tolerantChecker } = cheat
  const claims = await answersOf(provider, prompts.filter(cheat.suits))
  const exactReports = await reportsOf(exactChecker, claims)
  const cheated = exactReports.filter(
    ({ segments, firstTokenMismatch }) => firstTokenMismatch !== null || segments.some(({ rowsEqual }) => !rowsEqual),
  )
  const verdicts = cheated.map(judgedByEquality).filter((verdict) => verdict.verdict === 'fail')
  const reports = tolerantChecker === exactChecker ? exactReports : await reportsOf(tolerantChecker, claims)
  const answers = reports.map((report) => judgedByThresholds(report, thresholds))
  const scores = answers.flatMap((answer) => answer.scores)
  const worst = answers.flatMap((answer) => answer.worst.filter((_, i) => (answer.scores[i] ?? 0) > 1))
  return {
    name,
    simulated,
    targetTokens,
    answers: answers.length,
    segments: scores.length,
    exact: {
      found: verdicts.length,
      cheated: cheated.length,
      segments: spreadOf(verdicts.map(({ segment }) => (segment ?? 0) + 1)),
      reasons: tally(verdicts.map(({ reason }) => reason)),
    },
    tolerant: {
      tokens: tokensToDetection(answers),
      audits: auditsToAlarm(answers),
      segmentsBeyond: scores.filter((score) => score > 1).length / scores.length,
      worst: tally(worst),
      scores,
    },
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
