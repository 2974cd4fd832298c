import type { Locus } from '../participant/events.ts'
import { type AuditTally, countingAudits, tallyOf } from './audit-tally.ts'

/**
 * What stands between a verdict and its being mistaken, from the facts of one answer alone. `others`: of the audit that bears on it,
 * null where nobody else was heard by the rules.
 */
export type Assurance =
  /** This device computed the very bits. */
  | { kind: 'equal-bits' }
  /** This device computed other bits than were signed. */
  | { kind: 'other-bits' }
  /** What was signed does not fit together; nothing had to be computed. */
  | { kind: 'broken-evidence' }
  /** Devices of two kinds, compared by measured limits. */
  | { kind: 'within-limits'; others: AuditTally | null }
  /** This device cannot tell; those who were drawn can. */
  | { kind: 'others'; others: AuditTally | null }
  | { kind: 'committee'; verdict: 'pass' | 'fail'; others: AuditTally | null }
  /** Those who computed it do not agree. */
  | { kind: 'disputed' }
  | { kind: 'nobody' }

export function assuranceOf(locus: Locus): Assurance {
  const { settledBy, verdict, report } = locus
  const others = othersOf(locus)
  switch (settledBy) {
    case 'own-equality':
      if (verdict.verdict === 'pass') return { kind: 'equal-bits' }
      return { kind: report === null ? 'broken-evidence' : 'other-bits' }
    case 'own-thresholds':
      return { kind: 'within-limits', others }
    case 'attestations':
      return { kind: 'others', others }
    case 'committee':
      return { kind: 'committee', verdict: verdict.verdict === 'pass' ? 'pass' : 'fail', others }
    case 'nobody':
      return { kind: isDisputed(locus) ? 'disputed' : 'nobody' }
    default:
      return settledBy satisfies never
  }
}

/** The last audit decides: a committee speaks after those whose alarm convened it. */
function othersOf(locus: Locus): AuditTally | null {
  const audit = countingAudits(locus).at(-1)
  return audit === undefined || audit.verifiers.length === 0 ? null : tallyOf(audit.verifiers)
}

function isDisputed({ verdict }: Locus): boolean {
  return verdict.verdict === 'inconclusive' && verdict.reason === 'check/disputed'
}
