import { lambdaOfAnswer } from '../../src/protocol/reputation/evidence-weight.ts'
import { addAudit, isAlarm, NO_EVIDENCE } from '../../src/protocol/reputation/sequential-evidence.ts'
import { createRandomWords } from '../../tools/fixtures/random.ts'
import type { CheckedAnswer } from './checked-answer.ts'

/** Owners of verifiers that take turns: an alarm takes three of them. */
const OWNERS = Array.from({ length: 12 }, (_, i) => i.toString(16).repeat(64))

/** Orders of the same answers that are tried. */
const ORDERS = 200

/** After so many audits without an alarm there is none. */
const MAX_AUDITS = 2_000

export interface Spread {
  median: number
  /** 95 % are not above it. */
  p95: number
}

/**
 * Tokens until the first segment beyond its limits, from every segment on, through answers in their order and around. Infinite where no
 * segment is beyond.
 */
export function tokensToDetection(answers: readonly CheckedAnswer[]): Spread {
  const tokens = answers.flatMap((answer) => answer.tokens)
  const found = answers.flatMap(({ scores }) => scores.map((score) => score > 1))
  if (!found.includes(true)) return NEVER
  return spreadOf(
    tokens.map((_, start) => {
      let seen = 0
      for (let at = start; ; at = (at + 1) % tokens.length) {
        seen += tokens[at] ?? 0
        if (found[at] === true) return seen
      }
    }),
  )
}

/** Audited answers until the sequential rule alarms, in `ORDERS` seeded orders of the same answers; one verifier audits each. */
export function auditsToAlarm(answers: readonly CheckedAnswer[]): Spread {
  const lambdas = answers.map(({ scores }) => lambdaOfAnswer(scores))
  const random = createRandomWords('audits')
  return spreadOf(Array.from({ length: ORDERS }, () => auditsIn(() => lambdas[random.next() % lambdas.length] ?? 0)))
}

function auditsIn(next: () => number): number {
  let state = NO_EVIDENCE
  for (let audits = 1; audits <= MAX_AUDITS; audits++) {
    state = addAudit(state, [{ owner: OWNERS[audits % OWNERS.length] ?? '', lambda: next() }])
    if (isAlarm(state)) return audits
  }
  return Number.POSITIVE_INFINITY
}

const NEVER: Spread = { median: Number.POSITIVE_INFINITY, p95: Number.POSITIVE_INFINITY }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95) }
}

/** Upper 95 % bound of a probability of which nothing was seen in `n` tries (Clopper and Pearson 1934). */
export function upperBoundOfNone(n: number): number {
  return 1 - 0.05 ** (1 / n)
}
