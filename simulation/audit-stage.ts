import { lambdaOfAnswer } from '../src/protocol/reputation/evidence-weight.ts'
import { MAX_PER_VERIFIER } from '../src/protocol/reputation/sequential-evidence.ts'
import type { RosterEntry } from '../src/protocol/selection/roster.ts'
import { passes } from './actors/verifier-actor.ts'
import type { CheckedAnswer } from './check-answer.ts'
import { convene } from './committee-stage.ts'
import { colludingShare } from './expected-loss.ts'
import type { Provider } from './participants.ts'
import { PROTOCOL_RULES } from './rules.ts'
import { type Job, judgesExactly, type Run, receiptHashOf } from './run.ts'
import { chargeSilent, fillSeats, type Seat } from './seats.ts'
import { accept, slashVerifier } from './settle.ts'
import { observe } from './tally.ts'

/** Exact checkers that must have found equality before an answer is called verified: a fifth of the stake fills nine seats once in two million. */
const VERIFIED_BY = 9

/** One alarm convenes a committee; without one the answer has passed. */
export function holdAudit(run: Run, job: Job, randomness: Uint8Array): void {
  const { provider } = job
  run.tally.audits++
  const answer = answerOf(run, job)
  const seats = fillSeats(run, answer, draw(run, provider, job.receiptHash, randomness), job.receiptHash, randomness)
  countSeats(run, provider, seats)
  chargeSilent(run, seats)
  const revealed = seats.filter(({ statement }) => statement !== null)
  // Whoever computed the rows knows every probe, its neighbours' too.
  const canTell = revealed.some(({ verifier }) => verifier.isHonest)
  const isSuspicious = revealed.some(({ statement, hasTrueValues }) => {
    return (statement !== null && !passes(statement)) || (canTell && !hasTrueValues)
  })
  const isMissed = revealed.length < seats.length && run.rules.requiresReveal
  const isAlarmed = weighEvidence(run, provider, revealed)
  if (isAlarmed || isMissed || isSuspicious) {
    convene(run, { job, answer, seats, isAlarmed })
    return
  }
  const owners = new Set(revealed.filter(({ isExact }) => isExact).map(({ verifier }) => verifier.entry.owner))
  accept(run, job, owners.size >= VERIFIED_BY && judgesExactly(run, provider) ? 'verified' : 'passed')
}

/** A bundle that is known to be bad goes to a draw of its own, like any other. */
export function holdCanary(run: Run, index: number, randomness: Uint8Array): void {
  const provider = run.population.providers.find(({ isHonest, cell }) => isHonest && cell.name === 'universal')
  if (provider === undefined) return
  const nobody = { isAlly: false, isVictim: false, isAccusedByAlly: false }
  const answer = { index, cheat: 'other-model', isExactCell: true, cellName: 'universal', ...nobody }
  const receiptHash = receiptHashOf(run, index, provider.key, 0xffff_ffff)
  run.tally.canaries++
  const seats = fillSeats(run, answer, draw(run, provider, receiptHash, randomness), receiptHash, randomness)
  chargeSilent(run, seats)
  for (const { verifier, statement } of seats) {
    if (statement === null || !passes(statement)) continue
    run.tally.canariesPassed++
    if (!run.rules.judgesCanaries) continue
    run.tally.canariesPunished++
    slashVerifier(run, verifier)
  }
}

function answerOf(run: Run, { index, cheat, provider }: Job): CheckedAnswer {
  const { cell, isHonest, isVictim } = provider
  const isExactCell = judgesExactly(run, provider)
  return {
    index,
    cheat,
    isExactCell,
    cellName: cell.name,
    isAlly: !isHonest && cheat !== null,
    isVictim,
    isAccusedByAlly: false,
  }
}

function draw(run: Run, provider: Provider, receiptHash: Uint8Array, randomness: Uint8Array): RosterEntry[] {
  const drawn = run.rules.drawVerifiers({
    randomness,
    receiptHash,
    roster: run.population.roster,
    excludedKeys: [provider.key],
    excludedOwners: [provider.owner],
    count: run.seats,
    ...(judgesExactly(run, provider) ? { preferredCellId: provider.cell.id, openSeats: run.rules.openSeats } : {}),
  })
  return drawn.map(({ entry }) => entry)
}

function countSeats(run: Run, provider: Provider, seats: readonly Seat[]): void {
  for (const { verifier } of seats) if (verifier.entry.owner === provider.owner) run.tally.selfChecks++
  // The last seat goes by stake over all cells.
  const last = seats.at(-1)
  if (judgesExactly(run, provider) && last !== undefined) {
    observe(run.tally.openSeats, last.verifier.isColluding, colludingShare(run))
  }
}

/** Adds what checkers of other cells found to what stands against the provider; true at an alarm. */
function weighEvidence(run: Run, provider: Provider, revealed: readonly Seat[]): boolean {
  const scored = revealed.flatMap(({ verifier, statement }) => {
    const finding = statement?.finding
    return finding?.kind === 'tolerant' ? [{ owner: verifier.entry.owner, scores: finding.scores }] : []
  })
  if (scored.length === 0) return false
  const { rules, tally } = run
  const findings = scored.map(({ owner, scores }) => ({ owner, lambda: rules.lambdaOfAnswer(scores) }))
  provider.evidence = rules.addAudit(provider.evidence, findings)
  for (const { owner, scores } of scored) {
    const nats = Math.max(0, lambdaOfAnswer(scores)) / scored.length
    provider.trail.set(owner, (provider.trail.get(owner) ?? 0) + nats)
  }
  if (provider.evidence.score === 0) provider.trail.clear()
  const added = [...provider.trail.values()].reduce((sum, nats) => sum + Math.min(nats, MAX_PER_VERIFIER), 0)
  tally.evidenceExcess = Math.max(tally.evidenceExcess, provider.evidence.score - added)
  const isAlarmed = rules.isAlarm(provider.evidence)
  const specFindings = scored.map(({ owner, scores }) => ({ owner, lambda: lambdaOfAnswer(scores) }))
  provider.specEvidence = PROTOCOL_RULES.addAudit(provider.specEvidence, specFindings)
  if (isAlarmed !== PROTOCOL_RULES.isAlarm(provider.specEvidence)) tally.wrongAlarms++
  if (!isAlarmed) return false
  tally.alarms++
  if (provider.isHonest) tally.alarmsOfHonest++
  return true
}
