import type { Locus, LocusAudit, LocusVerifier } from '../participant/events.ts'

/** What became of those who were drawn for one audit. */
export interface AuditTally {
  right: number
  wrong: number
  /** Computed it and could not tell. */
  undecided: number
  /** Did not answer, or showed numbers that do not hold. */
  unheard: number
  of: number
}

/** Audits in which somebody was drawn and which were held by the rules; what the others say counts for nothing. */
export function countingAudits({ audits }: Locus): LocusAudit[] {
  return audits.filter(({ fault, isDrawn }) => fault === null && isDrawn)
}

export function tallyOf(verifiers: readonly LocusVerifier[]): AuditTally {
  const count = (...wanted: LocusVerifier['outcome'][]): number =>
    verifiers.filter(({ outcome }) => wanted.includes(outcome)).length
  return {
    right: count('pass'),
    wrong: count('fail'),
    undecided: count('inconclusive'),
    unheard: count('silent', 'faulty'),
    of: verifiers.length,
  }
}

/** Why a committee was called for (protocol.md §5.7); null where nobody raised an alarm. */
export interface Alarm {
  /** This device found it beyond the limits. */
  isOwn: boolean
  /** Drawn verifiers who found it wrong. */
  others: number
}

export function alarmOf(locus: Locus): Alarm | null {
  const { own, report } = locus
  const isDecided = report?.exactPair ?? true
  const isOwn = own.verdict === 'fail' && !isDecided
  const first = countingAudits(locus).filter(({ stage }) => stage === 'lottery')
  const others = first.reduce((sum, { verifiers }) => sum + tallyOf(verifiers).wrong, 0)
  const isSettledHere = own.verdict === 'fail' && isDecided
  return isSettledHere || (!isOwn && others === 0) ? null : { isOwn, others }
}
