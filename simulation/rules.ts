import { taggedHash } from '../src/protocol/hash.ts'
import { afterFailure, afterPass, afterUnaudited, auditRate } from '../src/protocol/reputation/audit-rate.ts'
import { decideCommittee } from '../src/protocol/reputation/committee.ts'
import { lambdaOfAnswer } from '../src/protocol/reputation/evidence-weight.ts'
import { addAudit, isAlarm } from '../src/protocol/reputation/sequential-evidence.ts'
import { nextRoundAfter } from '../src/protocol/selection/beacon.ts'
import { drawVerifiers } from '../src/protocol/selection/draw.ts'
import { isPopulated } from '../src/protocol/selection/exact-cell.ts'
import { isAudited } from '../src/protocol/selection/lottery.ts'
import { drawProbes } from '../src/protocol/selection/probe-positions.ts'

/** The protocol's own rules, each in a place where one wrong one can be put: a simulation that cannot tell the difference shows nothing. */
export const PROTOCOL_RULES = {
  auditRate,
  afterPass,
  afterUnaudited,
  afterFailure,
  /** The beacon round that draws what is committed to now. */
  auditRound: nextRoundAfter,
  isAudited,
  drawVerifiers,
  isPopulated,
  drawProbes,
  lambdaOfAnswer,
  addAudit,
  isAlarm,
  decideCommittee,
  /** Of the seats of an audit, those over all cells. */
  openSeats: 1,
  /** What a verifier shows before it reveals: bound to its key, so that nobody can hand in another's. */
  commitmentTo: (attestation: Uint8Array, salt: Uint8Array, verifierKey: Uint8Array): Uint8Array =>
    taggedHash('simulated-commitment', attestation, salt, verifierKey),
  /** A seat without a valid reveal has failed, and is not paid. */
  requiresReveal: true,
  /** A pass for what is known to be bad costs the stake. */
  judgesCanaries: true,
  /** Two receipts for one job cost the stake. */
  recognisesEquivocation: true,
  /** The provider names its nonce before it sees the requester's share. */
  fixesNonceFirst: true,
}

export type RuleSet = typeof PROTOCOL_RULES
