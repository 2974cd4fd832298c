import { type Account, profitOf } from './ledger.ts'
import type { SimulationResult } from './simulate.ts'
import type { Measured } from './tally.ts'

/** How far a count may be from what is expected: chance alone goes beyond four of its standard deviations once in 16,000. */
const DEVIATIONS = 4

/** Of the measured loss from its formula. */
const LOSS_TOLERANCE = 0.05

/** Standard deviations: an attack has a gain besides, so chance alone explains fewer than one in a thousand beyond these. */
const LUCK = 3

/** What was tried less often than this has met too few to show anything. */
const MIN_ACTS = 30

/** Nats, or rewards: what sums of rounded numbers may be off. */
const ROUNDING = 1e-6

/** What the run shows to be wrong with the rules it ran; nothing for the protocol's own. */
export function violationsOf({ tally, accounts, isAdaptive, isFull }: SimulationResult): string[] {
  const found: string[] = []
  const claim = (holds: boolean, sentence: string): void => {
    if (!holds) found.push(sentence)
  }
  claim(!isFull || tally.wrongVerified === 0, `${tally.wrongVerified} wrong answers were called verified`)
  claim(isLossAsExpected(tally.loss), `wrong answers accepted: ${describe(tally.loss)}`)
  claim(isAsExpected(tally.lottery), `answers audited: ${describe(tally.lottery)}`)
  claim(isAsExpected(tally.openSeats), `open seats of the coalition: ${describe(tally.openSeats)}`)
  claim(isAsExpected(tally.steered), `seeds as wanted: ${describe(tally.steered)}`)
  claim(tally.honestProvidersSlashed === 0, `${tally.honestProvidersSlashed} honest providers were slashed`)
  claim(tally.honestVerifiersSlashed === 0, `${tally.honestVerifiersSlashed} honest verifiers were slashed`)
  claim(tally.turncoats === 0, `${tally.turncoats} verdicts were not those that had been committed to`)
  claim(tally.selfChecks === 0, `${tally.selfChecks} times somebody judged its own work`)
  claim(tally.evidenceExcess <= ROUNDING, `evidence weighs ${tally.evidenceExcess} nats too much`)
  claim(tally.wrongAlarms === 0, `${tally.wrongAlarms} alarms were false or missing`)
  const unpunished = tally.canariesPassed - tally.canariesPunished
  claim(unpunished === 0, `${unpunished} verifiers passed a canary and kept their stake`)
  if (!isAdaptive) return found
  for (const account of accounts) {
    claim(!hasGained(account), `${account.name} gained ${profitOf(account).toFixed(1)} rewards`)
    claim(account.expected <= 0, `${account.name} can expect ${account.expected.toFixed(1)} rewards`)
  }
  return found
}

/** More than nothing, and more than luck. */
function hasGained(account: Account): boolean {
  const profit = profitOf(account)
  if (profit <= ROUNDING || account.acts < MIN_ACTS) return false
  return !account.isProvider || profit > account.expected + LUCK * Math.sqrt(account.variance)
}

function isAsExpected({ observed, expected, variance }: Measured): boolean {
  return Math.abs(observed - expected) <= DEVIATIONS * Math.sqrt(variance) + 1
}

/** Within five parts in a hundred, or within chance where there are few. */
function isLossAsExpected(loss: Measured): boolean {
  return Math.abs(loss.observed - loss.expected) <= LOSS_TOLERANCE * loss.expected || isAsExpected(loss)
}

function describe({ observed, expected }: Measured): string {
  return `${observed} instead of ${expected.toFixed(1)}`
}
