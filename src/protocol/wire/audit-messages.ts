import * as v from 'valibot'
import { RevealSchema, SignedCommitmentSchema } from '../audit/attestation.ts'
import { SignedAuditCallSchema } from '../audit/audit-call.ts'
import { AuditRecordSchema } from '../audit/audit-record.ts'
import { MAX_AUDIT_FRAME_BYTES, MAX_DRAWN_VERIFIERS } from '../limits.ts'
import { BeaconRoundSchema } from '../selection/beacon.ts'
import { RosterSchema } from '../selection/roster.ts'
import { type Decoded, decodeCbor, encodeCbor } from './codec.ts'
import { shortText } from './schemas.ts'

/** What the caller of an audit may send (protocol.md §5.6). */
const CallerMessageSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('audit'),
    signed: SignedAuditCallSchema,
    roster: RosterSchema,
    round: BeaconRoundSchema,
    /** The audit whose alarm convenes this committee; null for the lottery's own. */
    before: v.nullable(AuditRecordSchema),
  }),
  /** Everybody's commitments, once all have come or are late: whoever reveals can see that nobody may follow. */
  v.strictObject({
    type: v.literal('commitments'),
    commitments: v.pipe(v.array(SignedCommitmentSchema), v.maxLength(MAX_DRAWN_VERIFIERS)),
  }),
])
export type CallerMessage = v.InferOutput<typeof CallerMessageSchema>

/** What a verifier may send. */
const VerifierMessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('refuse'), code: shortText(64) }),
  v.strictObject({ type: v.literal('commit'), commitment: SignedCommitmentSchema }),
  v.strictObject({ type: v.literal('reveal'), reveal: RevealSchema }),
])
export type VerifierMessage = v.InferOutput<typeof VerifierMessageSchema>

export function encodeAuditMessage(message: CallerMessage | VerifierMessage): Uint8Array {
  return encodeCbor(message)
}

export function decodeCallerMessage(frame: Uint8Array): Decoded<CallerMessage> {
  return decodeCbor(frame, CallerMessageSchema, MAX_AUDIT_FRAME_BYTES)
}

export function decodeVerifierMessage(frame: Uint8Array): Decoded<VerifierMessage> {
  return decodeCbor(frame, VerifierMessageSchema, MAX_AUDIT_FRAME_BYTES)
}
