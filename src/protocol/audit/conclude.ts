import type { Verdict } from '../evidence/judge.ts'
import { type CommitteeMember, decideCommittee } from '../reputation/committee.ts'
import type { Attestation } from './attestation.ts'

/** A drawn verifier's part in an audit. Who kept silent, or whose numbers do not hold, has said nothing. */
export interface Voice extends CommitteeMember {
  /** Whether its device owes the provider's the same bits. */
  isExact: boolean
  verdict: Attestation['verdict'] | 'silent'
}

/** The requester's own check. */
export interface Own {
  verdict: Verdict
  /** Whether its device owes the provider's the same bits, so that it speaks of equality and not of thresholds. */
  isExact: boolean
}

/** On whose word an answer's verdict rests. */
export type SettledBy = 'own-equality' | 'own-thresholds' | 'attestations' | 'committee' | 'nobody'

export interface Settled {
  kind: 'settled'
  verdict: Verdict
  by: SettledBy
}

/**
 * Owners who must have computed the very bits before their word alone makes an answer verified: a fifth of the stake fills three seats eight
 * times in a thousand, nine not once in a million (docs/simulation.md).
 */
export const VERIFIED_OWNERS = 9

export type Conclusion =
  | Settled
  /** Somebody says that the answer is wrong: a committee is convened (protocol.md §5.7). */
  | { kind: 'alarm' }

/**
 * The acceptance rule of protocol.md §5.7, after the lottery's audit: bits that came out different here decide at once; any other failure, by
 * thresholds or in somebody else's words, is an alarm; otherwise one's own verdict, or what others attest where one has none.
 */
export function conclude(own: Own, voices: readonly Voice[]): Conclusion {
  const { verdict, isExact } = own
  if (verdict.verdict === 'fail' && isExact) return { kind: 'settled', verdict, by: 'own-equality' }
  const isAlarming = verdict.verdict === 'fail' || voices.some((voice) => voice.verdict === 'fail')
  return isAlarming ? { kind: 'alarm' } : settleQuietly(own, voices)
}

/**
 * After the committee, or where none could be had (`committee` null). Whoever computed the very bits itself needs nobody's word for its own
 * answer; for everybody else the committee decides. Without one, nobody is called a liar by thresholds alone, and nothing is accepted either.
 */
export function concludeAlarm(own: Own, committee: readonly Voice[] | null): Settled {
  const { verdict, isExact } = own
  if (isExact && verdict.verdict === 'pass') return { kind: 'settled', verdict, by: 'own-equality' }
  const decision = committee === null ? 'undecided' : decideCommittee(committee)
  const statistic = committee === null ? 'no committee could be drawn' : statisticOf(committee)
  switch (decision) {
    case 'fraud':
      return {
        kind: 'settled',
        verdict: { verdict: 'fail', reason: 'audit/attested-fail', segment: segmentOf(committee ?? []), statistic },
        by: 'committee',
      }
    case 'honest':
      return { kind: 'settled', verdict: { verdict: 'pass' }, by: 'committee' }
    case 'undecided':
      return {
        kind: 'settled',
        verdict: { verdict: 'inconclusive', reason: 'check/disputed', statistic },
        by: 'nobody',
      }
    default:
      return decision satisfies never
  }
}

function settleQuietly({ verdict, isExact }: Own, voices: readonly Voice[]): Settled {
  if (verdict.verdict === 'pass') {
    return { kind: 'settled', verdict, by: isExact ? 'own-equality' : 'own-thresholds' }
  }
  const equal = voices.filter((voice) => voice.isExact && voice.found.kind === 'equal')
  if (new Set(equal.map(({ owner }) => owner)).size >= VERIFIED_OWNERS) {
    return { kind: 'settled', verdict: { verdict: 'pass' }, by: 'attestations' }
  }
  return { kind: 'settled', verdict, by: 'nobody' }
}

function statisticOf(committee: readonly Voice[]): string {
  const count = (wanted: Voice['verdict']): number => committee.filter(({ verdict }) => verdict === wanted).length
  return `${count('pass')} of ${committee.length} found it right, ${count('fail')} wrong`
}

function segmentOf(committee: readonly Voice[]): number | null {
  for (const { found } of committee) if (found.kind === 'differs') return found.segment
  return null
}
