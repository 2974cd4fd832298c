import { conclude, VERIFIED_OWNERS } from '../protocol/audit/conclude.ts'
import { hasDrawnEverybody } from '../protocol/audit/fault-of-audit.ts'
import { CodedError } from '../protocol/errors.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { MAX_DRAWN_VERIFIERS } from '../protocol/limits.ts'
import { type Bundle, evidenceOf, type Leg } from '../protocol/receipt/bundle.ts'
import { COMMITTEE_SIZE } from '../protocol/reputation/committee.ts'
import { CERTAIN } from '../protocol/selection/lottery.ts'
import type { Roster } from '../protocol/selection/roster.ts'
import { auditWorldOf } from './audit-world.ts'
import { type Canary, canaryOf, isCanaryDue } from './canary.ts'
import { type AuditPorts, type AuditProgress, holdAudit } from './hold-audit.ts'
import type { Random, SessionKey } from './ports.ts'
import { allProbes, hearAll, ownOf, type Review, reviewOf } from './review.ts'
import { type BundleCheck, checkBundle, type VerifyPorts } from './verify.ts'

/** Beside one's own equality: one voice could be silenced or bought more cheaply than two, a third adds little. */
const SEATS_BESIDE_EQUALITY = 2
/** Where one has to take others' word: as many as it takes, and one that may keep silent. */
const SEATS_FOR_A_WORD = VERIFIED_OWNERS + 1

export interface AnswerAuditPlan {
  bundle: Bundle
  own: BundleCheck
  rateMillionths: number
  roster: Roster
}

export interface AuditedAnswer {
  /** With the audits that were held in it. */
  bundle: Bundle
  review: Review
  /** Known to be wrong, and audited in the answer's place to see who checks; null in all but one of a thousand. */
  canary: Canary | null
}

export interface AnswerAuditPorts extends AuditPorts, VerifyPorts {
  random: Random
  /** A session key that nobody knows yet, and that ends with this call. */
  ephemeralKey: () => Promise<SessionKey>
}

/**
 * What becomes of a delivered answer (protocol.md §5.7): the lottery's audit, the committee if anybody raises an alarm, and the verdict. An answer
 * that this device itself found wrong bit for bit is not worth anybody's time. Never rejects: where no audit can be held, a note says why
 * and one's own check stands.
 */
export async function auditAnswer(
  ports: AnswerAuditPorts,
  plan: AnswerAuditPlan,
  onProgress: (progress: AuditProgress) => void,
  signal: AbortSignal,
): Promise<AuditedAnswer> {
  const own = ownOf(plan.own)
  let { bundle } = plan
  let check = plan.own
  let note: string | null = null
  let canary: Canary | null = null

  /** What this answer is worth stands already, so its turn can show what the verifiers are worth. */
  const releaseCanary = async (): Promise<boolean> => {
    const stands = own.isExact && own.verdict.verdict === 'pass' && !isLonely(bundle, plan.roster)
    if (!stands || !isCanaryDue(ports.random)) return false
    const made = await canaryOf(bundle, await ports.ephemeralKey(), ports.random)
    if (made === null) return false
    note = USED_AS_CANARY
    // Its own provider would know the answer again.
    const roster = plan.roster.filter(({ verifierKey }) => !isProviderOf(bundle, verifierKey))
    const call = { bundle: made.bundle, rateMillionths: CERTAIN, verifiers: SEATS_BESIDE_EQUALITY, roster }
    // Whatever keeps it from being held takes nothing from the answer.
    const record = await holdAudit(ports, call, onProgress, signal).catch(() => null)
    canary = { ...made, bundle: { ...made.bundle, audits: record === null ? [] : [record] } }
    return true
  }

  const hold = async (seats: number): Promise<void> => {
    note = isLonely(bundle, plan.roster) ? NOBODY_ELSE : null
    if (note !== null) return
    try {
      const record = await holdAudit(ports, { ...plan, bundle, verifiers: seats }, onProgress, signal)
      bundle = { ...bundle, audits: [...bundle.audits, record] }
      if (record.reveals.length > 0) check = await lookWhereTheyLooked(ports, bundle, plan.own, signal)
    } catch (error) {
      note = signal.aborted ? STOPPED : CodedError.dataOf(error, 'beacon/unreachable').message
    }
  }

  const isHopeless = own.isExact && own.verdict.verdict === 'fail'
  if (isHopeless) note = FOUND_WRONG_HERE
  else if (!(await releaseCanary())) {
    await hold(own.isExact ? SEATS_BESIDE_EQUALITY : SEATS_FOR_A_WORD)
    const [voices = []] = hearAll(bundle, check, ports.thresholds).map((verifiers) =>
      verifiers.map(({ voice }) => voice),
    )
    const isAlarm = conclude(own, voices).kind === 'alarm' && note === null
    if (isAlarm && !hasDrawnEverybody(bundle, 0)) await hold(Math.min(MAX_DRAWN_VERIFIERS, COMMITTEE_SIZE))
  }
  const world = await auditWorldOf(ports.beacon, bundle.audits)
  return { bundle, review: reviewOf(bundle, check, { world, thresholds: ports.thresholds }, note), canary }
}

const NOBODY_ELSE = 'Nobody else is online who could check it.'
const USED_AS_CANARY =
  'This answer holds on this device; its turn with the verifiers was used to test them with a wrong one.'
const STOPPED = 'The check by others was stopped.'
const FOUND_WRONG_HERE = 'This device found it wrong by itself, so nobody else was asked.'

function isProviderOf(bundle: Bundle, key: Uint8Array): boolean {
  return bundle.legs.some((leg) => bytesEqual(leg.accept.providerKey, key))
}

/** Nobody is left to draw besides those whose answer it is. */
function isLonely(bundle: Bundle, roster: Roster): boolean {
  const { requesterKey } = (bundle.legs.at(-1) as Leg).request
  const isParty = (key: Uint8Array): boolean => isProviderOf(bundle, key) || bytesEqual(requesterKey, key)
  return roster.every((entry) => entry.stake === 0 || isParty(entry.verifierKey))
}

/** Computes the answer once more, for the values at the places that were drawn for the verifiers; one's verdict stays what it was. */
async function lookWhereTheyLooked(
  ports: VerifyPorts,
  bundle: Bundle,
  own: BundleCheck,
  signal: AbortSignal,
): Promise<BundleCheck> {
  if (own.report === null) return own
  const again = await checkBundle(ports, evidenceOf(bundle), signal, ({ hiddenSize }) => allProbes(bundle, hiddenSize))
  return again.report === null ? own : { ...own, report: { ...own.report, probes: again.report.probes } }
}
