import { type Cell, isExactPair } from '../protocol/evidence/cell.ts'
import type { Verdict } from '../protocol/evidence/judge.ts'
import type { SegmentFinding } from '../protocol/evidence/segment-finding.ts'
import { scoreSegment } from '../protocol/evidence/segment-score.ts'
import { findThresholds, type ThresholdTable } from '../protocol/evidence/thresholds.ts'
import { bytesEqual, bytesToHex } from '../protocol/hash.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import {
  afterFailure,
  afterPass,
  afterUnaudited,
  auditRate,
  DEFAULT_DETERRENCE,
} from '../protocol/reputation/audit-rate.ts'
import { lambdaOfAnswer } from '../protocol/reputation/evidence-weight.ts'
import { type AuditFinding, addAudit, isAlarm } from '../protocol/reputation/sequential-evidence.ts'
import { ownerOfKey, type Roster } from '../protocol/selection/roster.ts'
import type { Standing, StandingBook } from './ports.ts'
import type { BundleCheck } from './verify.ts'

/**
 * The rate at which an answer is audited: that of the least trusted of its providers, in millionths. `atRisk`: what each stands to lose, in rewards of its
 * job; without anything no rate deters (protocol.md §5.8).
 */
export async function rateOf(standings: StandingBook, { legs }: Bundle, atRisk: (leg: Leg) => number): Promise<number> {
  const rates = legs.map(async (leg) => {
    const { record } = await standings.get(bytesToHex(leg.accept.providerKey))
    return auditRate(record, { ...DEFAULT_DETERRENCE, stake: atRisk(leg) })
  })
  return Math.max(...(await Promise.all(rates)))
}

/** Whether the evidence against a provider has reached the alarm: it is not asked until a committee has cleared it. */
export async function isAlarmed(standings: StandingBook, providerKey: Uint8Array): Promise<boolean> {
  return isAlarm((await standings.get(bytesToHex(providerKey))).evidence)
}

/** One checker's numbers of one leg's segments, as evidence: only pairs of cells with thresholds speak here, equality speaks for itself. */
function findingOf(
  table: ThresholdTable,
  provider: Cell,
  checker: { cell: Cell; owner: string; segments: readonly SegmentFinding[] },
): AuditFinding | null {
  const thresholds = isExactPair(provider, checker.cell) ? null : findThresholds(table, provider, checker.cell)
  if (thresholds === null || checker.segments.length === 0) return null
  const scores = checker.segments.map((segment) => scoreSegment(segment, thresholds).score)
  return { owner: checker.owner, lambda: lambdaOfAnswer(scores) }
}

/** What one more answer makes of a provider's standing. An answer without a verdict is work, not proof. */
export function standingAfter(
  { record, evidence }: Standing,
  verdict: Verdict['verdict'],
  findings: readonly AuditFinding[],
): Standing {
  return {
    record: RECORD_AFTER[verdict](record),
    evidence: findings.length === 0 ? evidence : addAudit(evidence, findings),
  }
}

const RECORD_AFTER = { pass: afterPass, fail: afterFailure, inconclusive: afterUnaudited }

/** Everything that is evidence about one leg: one's own numbers, and those that drawn verifiers signed. */
export function findingsOf(
  table: ThresholdTable,
  bundle: Bundle,
  legIndex: number,
  own: BundleCheck,
  ownKey: Uint8Array,
): AuditFinding[] {
  const { accept, request, segments } = bundle.legs[legIndex] as Leg
  const first = request.resumedIds.length / SEGMENT_TOKENS
  const ofLeg = <T>(all: readonly T[]): T[] => all.slice(first, first + segments.length)
  const checkers = bundle.audits.flatMap(({ reveals, roster }) =>
    reveals.map(({ attestation: { cell, verifierKey, report } }) => ({
      cell,
      owner: ownerIn(roster, verifierKey),
      report,
    })),
  )
  if (own.checkedBy.kind === 'this-device') {
    checkers.push({ cell: own.checkedBy.cell, owner: ownerOfKey(ownKey), report: own.report })
  }
  return checkers.flatMap(({ cell, owner, report }) => {
    const finding = findingOf(table, accept.cell, { cell, owner, segments: ofLeg(report?.segments ?? []) })
    return finding === null ? [] : [finding]
  })
}

/** As the draw counted it: all keys of one wallet are one. */
function ownerIn(roster: Roster, key: Uint8Array): string {
  return roster.find(({ verifierKey }) => bytesEqual(verifierKey, key))?.owner ?? ownerOfKey(key)
}
