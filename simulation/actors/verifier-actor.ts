import type { Recomputation } from '../../src/protocol/reputation/committee.ts'
import type { Probe } from '../../src/protocol/selection/probe-positions.ts'
import type { SeededNumbers } from '../seeded-numbers.ts'

/** What one check finds: equality or not within an exact cell, segment scores across cells. */
export type Finding = { kind: 'exact'; found: Recomputation } | { kind: 'tolerant'; scores: number[] }

/** What a verifier says of an answer, under its commitment. `values` are those at its probes, worked out when somebody looks. */
export interface Statement {
  finding: Finding
  values: () => number[]
}

export interface VerifierView {
  numbers: SeededNumbers
  isExact: boolean
  probes: () => readonly Probe[]
  /** The provider is of its coalition and has something to hide; a canary's never is. */
  isAlly: boolean
  /** The coalition is out to ruin this provider. */
  isVictim: boolean
  /** A committee's member: the alarm is the coalition's own. */
  isAccusedByAlly: boolean
  /** Checks the answer, at the cost of one check. */
  compute(): Statement
  /** What the provider itself computed, which it tells its allies. */
  claimedValue(probe: Probe): number
  /** What an honest verifier of this audit found, with its values, for whoever pays. Null where none has spoken. */
  bought(): Statement | null
}

/** How one kind of verifier behaves, in an audit and in a committee. */
export interface VerifierActor {
  name: string
  /** Null: commits to something and never reveals it. */
  attest(view: VerifierView): Statement | null
  /** What it reveals when it has seen what others reveal; what it had committed to where this is left out. */
  revise?(view: VerifierView, own: Statement, others: readonly Statement[]): Statement
}

/** What a lie about an honest answer agrees on, so that several can tell the same. */
export const FRAME: Recomputation = { kind: 'differs', segment: 0, rowsHash: 'framed' }

const SPOTLESS = [0.3]
const RUINOUS = [9, 9, 9]

/** That everything is in order, as a verifier of this cell would say it. */
export function approval({ isExact }: VerifierView): Finding {
  return isExact ? { kind: 'exact', found: { kind: 'equal' } } : { kind: 'tolerant', scores: SPOTLESS }
}

/** That nothing is. */
export function accusation({ isExact }: VerifierView): Finding {
  return isExact ? { kind: 'exact', found: FRAME } : { kind: 'tolerant', scores: RUINOUS }
}

export function passes({ finding }: Statement): boolean {
  return finding.kind === 'exact' ? finding.found.kind === 'equal' : finding.scores.every((score) => score <= 1)
}

/** A committee's word for it. */
export function wordOf(statement: Statement | null): Recomputation {
  if (statement === null) return { kind: 'silent' }
  if (statement.finding.kind === 'exact') return statement.finding.found
  return passes(statement) ? { kind: 'equal' } : { kind: 'beyond-limits' }
}
