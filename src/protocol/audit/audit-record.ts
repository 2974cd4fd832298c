import * as v from 'valibot'
import { MAX_DRAWN_VERIFIERS } from '../limits.ts'
import { BeaconRoundSchema } from '../selection/beacon.ts'
import { RosterSchema } from '../selection/roster.ts'
import { RevealSchema, SignedCommitmentSchema } from './attestation.ts'
import { SignedAuditCallSchema } from './audit-call.ts'

/**
 * One audit, whole: who could be drawn, which beacon drew, what was committed and what was revealed. Everything that follows from it
 * (whether the lottery fell on the answer, who was drawn, who kept silent) is computed again by whoever reads it, and stands nowhere.
 */
export const AuditRecordSchema = v.strictObject({
  signed: SignedAuditCallSchema,
  roster: RosterSchema,
  round: BeaconRoundSchema,
  commitments: v.pipe(v.array(SignedCommitmentSchema), v.maxLength(MAX_DRAWN_VERIFIERS)),
  reveals: v.pipe(v.array(RevealSchema), v.maxLength(MAX_DRAWN_VERIFIERS)),
})
export type AuditRecord = v.InferOutput<typeof AuditRecordSchema>
