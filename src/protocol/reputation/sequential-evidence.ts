import * as v from 'valibot'
import { exp, ln } from '../sampling/deterministic-math.ts'
import { MAX_ROSTER } from '../selection/roster.ts'
import { count, Hex32 } from '../wire/schemas.ts'
import { clampLambda } from './evidence-weight.ts'

/** Of one provider: one every ten minutes, all year round. */
export const AUDITS_PER_YEAR = 52_560

/** An honest provider that works all year is alarmed about once in a million years. */
export const FALSE_ALARMS_PER_YEAR = 1e-6

/** h, in nats: about 24.7. An alarm convenes a committee; it slashes nobody. */
export const ALARM = ln(AUDITS_PER_YEAR / FALSE_ALARMS_PER_YEAR)

/** No alarm without three owners of verifiers, whatever one or two of them say. */
export const MAX_PER_VERIFIER = ALARM / 3

/** Three thirds may add up to less than the whole by the last bits of their sums. */
const ROUNDING = 1e-9

const Nats = (max: number) => v.pipe(v.number(), v.minValue(0), v.maxValue(max + ROUNDING))

/** The evidence against one provider. Stored data is remote data: parsed again on read. */
export const EvidenceStateSchema = v.strictObject({
  version: v.literal(1),
  /** S, in nats. */
  score: Nats(MAX_ROSTER * MAX_PER_VERIFIER),
  /** What each verifier has added since S last was 0. */
  added: v.pipe(
    v.array(v.strictObject({ owner: Hex32, nats: Nats(MAX_PER_VERIFIER) })),
    v.maxLength(MAX_ROSTER),
    v.check((added) => new Set(added.map(({ owner }) => owner)).size === added.length, 'an owner has one row'),
  ),
  audits: count(Number.MAX_SAFE_INTEGER),
})
export type EvidenceState = v.InferOutput<typeof EvidenceStateSchema>

/** What one verifier of an audited answer found: `lambdaOfAnswer` of the scores that it attested. */
export interface AuditFinding {
  /** Who stands behind the verifier: two keys of one owner are one voice. */
  owner: string
  lambda: number
}

export const NO_EVIDENCE: EvidenceState = { version: 1, score: 0, added: [], audits: 0 }

/**
 * CUSUM over e-values (Page 1954; Shin, Ramdas, Rinaldo 2024, "E-detectors"): S ← max(0, S + λ), once for each audited answer, so that what
 * was good long ago does not pay for what is bad now. The verifiers of one answer saw the same answer: their findings are averaged,
 * and an average of e-values is one, however they depend on each other. What an owner adds stops at a third of the alarm.
 */
export function addAudit(state: EvidenceState, findings: readonly AuditFinding[]): EvidenceState {
  const added = new Map(state.added.map(({ owner, nats }) => [owner, nats]))
  let { score } = state
  for (const { owner, lambda } of findings) {
    const nats = clampLambda(lambda) / findings.length
    const before = added.get(owner) ?? 0
    const after = Math.min(MAX_PER_VERIFIER, Math.max(0, before + nats))
    score += nats > 0 ? after - before : nats
    added.set(owner, after)
  }
  const audits = state.audits + 1
  if (score <= 0) return { ...NO_EVIDENCE, audits }
  const rows = [...added].filter(([, nats]) => nats > 0).map(([owner, nats]) => ({ owner, nats }))
  // Of more owners than a roster holds, those who have said most are remembered.
  const remembered = rows.length > MAX_ROSTER ? rows.toSorted((a, b) => b.nats - a.nats).slice(0, MAX_ROSTER) : rows
  return { version: 1, score, added: remembered, audits }
}

/** Whether a committee is to check this provider again. */
export function isAlarm({ score }: EvidenceState): boolean {
  return score >= ALARM - ROUNDING
}

/**
 * The probability that one more job of an honest provider begins what ends in a false alarm, at most: each audit begins a test of its own,
 * which ever reaches h with probability at most E[e^λ] · e^−h. `meanEvidence` is an upper bound of E[e^λ] from calibration
 * (`honestGate`); above 1 nothing is promised.
 *
 * @internal For benches.
 */
export function falseAlarmBound(meanEvidence: number, rateMillionths: number): number {
  return meanEvidence <= 1 ? (rateMillionths / 1_000_000) * meanEvidence * exp(-ALARM) : 1
}
