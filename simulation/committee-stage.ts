import { COMMITTEE_SIZE, type CommitteeDecision } from '../src/protocol/reputation/committee.ts'
import { NO_EVIDENCE } from '../src/protocol/reputation/sequential-evidence.ts'
import { nextRoundAfter } from '../src/protocol/selection/beacon.ts'
import { passes, wordOf } from './actors/verifier-actor.ts'
import type { CheckedAnswer } from './check-answer.ts'
import { atRound, type Job, judgesExactly, type Run } from './run.ts'
import { chargeSilent, fillSeats, type Seat } from './seats.ts'
import { accept, fineVerifier, reject, slashProvider, slashVerifier } from './settle.ts'
import { SIMULATED_CHAIN } from './simulated-beacon.ts'

/** One after another, while none has a quorum: the accused and the accuser both deserve an answer, and three leave few without. */
const MAX_COMMITTEES = 3

export interface Dispute {
  job: Job
  answer: CheckedAnswer
  seats: readonly Seat[]
  /** What stands against the provider has reached the alarm. */
  isAlarmed: boolean
}

/** Draws a committee by the next round, among those who have not spoken. */
export function convene(run: Run, dispute: Dispute, attempt = 1): void {
  const { job, seats } = dispute
  const drawAndDecide = (randomness: Uint8Array): void => {
    run.tally.committees++
    const members = fillCommittee(run, dispute, randomness)
    chargeSilent(run, members)
    const voices = members.map(({ verifier, statement }) => {
      return { owner: verifier.entry.owner, found: wordOf(statement) }
    })
    const decision = run.rules.decideCommittee(voices)
    if (decision !== 'undecided') {
      conclude(run, dispute, decision)
      for (const member of [...seats, ...members]) judgeSeat(run, member, decision)
    } else if (attempt < MAX_COMMITTEES) {
      convene(run, dispute, attempt + 1)
    } else {
      run.tally.undecided++
      reject(run, job, false)
    }
  }
  atRound(run, nextRoundAfter(SIMULATED_CHAIN, run.queue.nowMs), drawAndDecide)
}

function fillCommittee(run: Run, { job, answer, seats }: Dispute, randomness: Uint8Array): Seat[] {
  const { provider, receiptHash } = job
  const drawn = run.rules.drawVerifiers({
    randomness,
    receiptHash,
    roster: run.population.roster,
    excludedKeys: [provider.key],
    excludedOwners: [provider.owner, ...seats.map(({ verifier }) => verifier.entry.owner)],
    count: COMMITTEE_SIZE,
    ...(judgesExactly(run, provider) ? { preferredCellId: provider.cell.id } : {}),
  })
  const accusers = seats.filter(({ statement }) => statement !== null && !passes(statement))
  const isAccusedByAlly = !answer.isAlly && accusers.some(({ verifier }) => verifier.isColluding)
  const members = drawn.map(({ entry }) => entry)
  return fillSeats(run, { ...answer, isAccusedByAlly }, members, receiptHash, randomness)
}

/** Bits slash at once; what was found across cells only together with what stood against the provider before. */
function conclude(run: Run, { job, isAlarmed }: Dispute, decision: CommitteeDecision): void {
  const { provider } = job
  if (decision === 'fraud') {
    reject(run, job, true)
    if (judgesExactly(run, provider) || isAlarmed) slashProvider(run, provider)
    return
  }
  if (isAlarmed) {
    provider.evidence = NO_EVIDENCE
    provider.specEvidence = NO_EVIDENCE
    provider.trail.clear()
  }
  accept(run, job, judgesExactly(run, provider) ? 'verified' : 'passed')
}

/** Who was wrong pays, in the audit and in the committee. */
function judgeSeat(run: Run, seat: Seat, decision: CommitteeDecision): void {
  const { verifier, statement, isExact, hasTrueValues } = seat
  if (statement === null) return
  const isRefuted = passes(statement) !== (decision === 'honest')
  // Its numbers are false, or it found equality where there was none.
  if (!hasTrueValues || (isRefuted && isExact && decision === 'fraud')) slashVerifier(run, verifier)
  // Memory flips: a false accusation costs what it cost the others.
  else if (isRefuted && decision === 'honest') fineVerifier(run, verifier, COMMITTEE_SIZE * run.statistics.checkShare)
}
