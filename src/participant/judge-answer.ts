import { cellId } from '../protocol/evidence/cell.ts'
import type { Verdict } from '../protocol/evidence/judge.ts'
import { bytesToHex, hexToBytes } from '../protocol/hash.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import { type AnswerAuditPorts, type AuditedAnswer, auditAnswer } from './audit-answer.ts'
import { auditWorldOf } from './audit-world.ts'
import { passedCanary } from './canary.ts'
import type { AuditProgress } from './hold-audit.ts'
import { journalRecordOf } from './journal-record.ts'
import type { OfferBook } from './offer-book.ts'
import type { Beacon, Clock, Journal, StandingBook } from './ports.ts'
import { type Review, reviewOf } from './review.ts'
import { rosterOf } from './roster.ts'
import { stakeAtRisk } from './stake-at-risk.ts'
import type { StakeReader } from './stakes.ts'
import { findingsOf, rateOf, standingAfter } from './standing.ts'
import { type BundleCheck, checkBundle } from './verify.ts'

export interface JudgePorts extends Omit<AnswerAuditPorts, 'beacon'> {
  /** Null: no beacon is to be had, so nobody can be drawn. */
  beacon: Beacon | null
  readStakes: StakeReader
  offers: OfferBook
  standings: StandingBook
  journal: Journal
  clock: Pick<Clock, 'now' | 'after'>
}

export interface JudgedAnswer {
  /** With the audits that were held in it. */
  bundle: Bundle
  /** One's own. */
  check: BundleCheck
  review: Review
}

const STAKES_UNKNOWN =
  'The chain did not say in time what anybody has staked, so all on the list weighed the same and no record spared this answer a check.'
const NO_BEACON = 'No public source of chance is known here, so nobody could be drawn to check it.'

/** A delivered answer: one's own check, then others' by lot, then what both say of its providers and of the verifiers (protocol.md §5.7). */
export async function judgeAnswer(
  ports: JudgePorts,
  bundle: Bundle,
  onProgress: (progress: AuditProgress) => void,
  signal: AbortSignal,
): Promise<JudgedAnswer> {
  const check = await checkBundle(ports, bundle)
  const audited = await audit(ports, bundle, check, onProgress, signal)
  await learn(ports, audited, check)
  await judgeVerifiers(ports, audited)
  return { bundle: audited.bundle, check, review: audited.review }
}

async function audit(
  ports: JudgePorts,
  bundle: Bundle,
  own: BundleCheck,
  onProgress: (progress: AuditProgress) => void,
  signal: AbortSignal,
): Promise<AuditedAnswer> {
  const { beacon, standings, offers } = ports
  if (beacon === null) {
    const rules = { world: await auditWorldOf(null, []), thresholds: ports.thresholds }
    return { bundle, review: reviewOf(bundle, own, rules, NO_BEACON), canary: null }
  }
  const { accept, request } = bundle.legs.at(-1) as Leg
  const parties = [...bundle.legs.map((leg) => leg.accept.providerKey), request.requesterKey]
  const offered = offers.list(request.modelRoot)
  const stakes = await ports.readStakes([...parties, ...offered.map(({ providerKey }) => providerKey)], signal)
  const nowSeconds = ports.clock.now() / 1_000
  const roster = rosterOf(offered, { stakes, parties, cellId: cellId(accept.cell), nowSeconds })
  const rateMillionths = await rateOf(standings, bundle, (leg) =>
    stakeAtRisk({ bundle, roster, stakes, nowSeconds }, leg),
  )
  const audited = await auditAnswer({ ...ports, beacon }, { bundle, own, rateMillionths, roster }, onProgress, signal)
  if (stakes.state !== 'unreachable' || audited.bundle.audits.length === 0) return audited
  return { ...audited, review: { ...audited.review, stakeNote: STAKES_UNKNOWN } }
}

/** What this answer says of its providers; what one leg alone is answerable for counts against that leg only. */
async function learn(ports: JudgePorts, { bundle, review }: AuditedAnswer, own: BundleCheck): Promise<void> {
  for (const [index, leg] of bundle.legs.entries()) {
    const key = bytesToHex(leg.accept.providerKey)
    const findings = findingsOf(ports.thresholds, bundle, index, own, ports.sessionKey.publicKey)
    const before = await ports.standings.get(key)
    await ports.standings.put(key, standingAfter(before, verdictOnLeg(review, index), findings))
  }
}

function verdictOnLeg({ verdict, guiltyLeg }: Review, index: number): Verdict['verdict'] {
  const isAnothers = verdict.verdict === 'fail' && guiltyLeg !== null && guiltyLeg !== index
  return isAnothers ? 'inconclusive' : verdict.verdict
}

/**
 * Who passes what is known to be wrong, or shows numbers that are not those of the rows, has not looked, and is neither drawn nor asked
 * again while this page is open.
 */
async function judgeVerifiers(
  { journal, clock, offers }: JudgePorts,
  { canary, review }: AuditedAnswer,
): Promise<void> {
  const caught = review.audits.flatMap(({ fault, verifiers }) =>
    verifiers.filter(({ outcome }) => fault === null && outcome === 'faulty').map(({ verifierKey }) => verifierKey),
  )
  for (const verifierKey of caught) offers.distrust(hexToBytes(verifierKey))
  if (canary === null) return
  const { bundle, salt } = canary
  const record = journalRecordOf(bundle, 'rejected', 'audit/canary', null, clock.now())
  // With the salt it is a proof that costs stake (`IDisputes.provePassedCanary`).
  await journal.append({ ...record, canarySalt: salt })
  for (const verifierKey of passedCanary(bundle)) offers.distrust(verifierKey)
}
