import * as v from 'valibot'
import { JobAcceptSchema, JobRequestSchema } from '../job/job.ts'
import { MAX_LEGS, MAX_OUTPUT_TOKENS, SEGMENT_TOKENS } from '../limits.ts'
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

/** Everything that somebody else needs to repeat the check of one answer: the evidence bundle (protocol.md §4). */
export const BundleSchema = v.strictObject({
  version: v.literal(1),
  kind: v.literal('locus-evidence'),
  legs: v.pipe(v.array(LegSchema), v.minLength(1), v.maxLength(MAX_LEGS)),
})
export type Bundle = v.InferOutput<typeof BundleSchema>

/** The whole answer's output ids, over all legs. */
export function bundleOutputIds(bundle: Bundle): number[] {
  return bundle.legs.flatMap((leg) => leg.segments.flatMap((segment) => segment.ids))
}
