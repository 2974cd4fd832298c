import * as v from 'valibot'
import { type AuditRecord, AuditRecordSchema } from '../audit/audit-record.ts'
import { taggedHash } from '../hash.ts'
import { JobAcceptSchema, JobRequestSchema } from '../job/job.ts'
import { MAX_AUDITS, MAX_LEGS, MAX_OUTPUT_TOKENS, SEGMENT_TOKENS } from '../limits.ts'
import { encodeCbor } from '../wire/codec.ts'
import { SignedReceiptSchema, SignedSegmentSchema } from '../wire/job-messages.ts'
import { Bytes32 } from '../wire/schemas.ts'

/** One provider's part of an answer. `signed` is null when the provider vanished before it could sign a receipt. */
export const LegSchema = v.strictObject({
  request: JobRequestSchema,
  accept: JobAcceptSchema,
  requesterShare: Bytes32,
  segments: v.pipe(v.array(SignedSegmentSchema), v.maxLength(MAX_OUTPUT_TOKENS / SEGMENT_TOKENS)),
  signed: v.nullable(SignedReceiptSchema),
})
export type Leg = v.InferOutput<typeof LegSchema>

/**
 * Everything that somebody else needs to repeat the check of one answer, and whatever others attested of it: the evidence bundle
 * (protocol.md §5.2). `audits`: the lottery's, then the committee's if there was an alarm.
 */
export interface Bundle {
  version: 2
  kind: 'locus-evidence'
  legs: Leg[]
  audits: AuditRecord[]
}

/** Typed by hand: inferred through all that it contains, it is deeper than the compiler looks. */
export const BundleSchema: v.GenericSchema<unknown, Bundle> = v.strictObject({
  version: v.literal(2),
  kind: v.literal('locus-evidence'),
  legs: v.pipe(v.array(LegSchema), v.minLength(1), v.maxLength(MAX_LEGS)),
  audits: v.pipe(v.array(AuditRecordSchema), v.maxLength(MAX_AUDITS)),
})

/** The content hash under which a bundle travels (protocol.md §6.4). */
export function bundleHashOf(bundle: Bundle): Uint8Array {
  return taggedHash('bundle', encodeCbor(bundle))
}

/** What verifiers are asked to check: the answer as its providers signed it, before anybody attested anything. */
export function evidenceOf(bundle: Bundle): Bundle {
  return { ...bundle, audits: [] }
}

/** The whole answer's output ids, over all legs. */
export function bundleOutputIds(bundle: Bundle): number[] {
  return bundle.legs.flatMap((leg) => leg.segments.flatMap((segment) => segment.ids))
}
