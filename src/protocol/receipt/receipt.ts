import * as v from 'valibot'
import { FinishReasonSchema } from '../job/job.ts'
import { MAX_OUTPUT_TOKENS } from '../limits.ts'
import { SamplerSchema } from '../sampling/sampler.ts'
import { Bytes32, Bytes64, count, UnixMs } from '../wire/schemas.ts'

/**
 * The provider's signed statement of what was computed (protocol.md §2): by whom, for which job, on which model and cell, from which
 * prompt and seed, under which sampler, with which output. It covers the output tokens [firstToken, firstToken + tokenCount).
 */
export const ReceiptSchema = v.strictObject({
  jobId: Bytes32,
  modelRoot: Bytes32,
  /** H of the cell's canonical form; the cell itself travels in the job's accept message. */
  cell: Bytes32,
  promptHash: Bytes32,
  /** The running hash after the last segment. */
  outputHash: Bytes32,
  firstToken: count(MAX_OUTPUT_TOKENS),
  tokenCount: count(MAX_OUTPUT_TOKENS),
  finish: FinishReasonSchema,
  seed: Bytes32,
  sampler: SamplerSchema,
  requesterKey: Bytes64,
  providerKey: Bytes64,
  issuedAt: UnixMs,
})

export type Receipt = v.InferOutput<typeof ReceiptSchema>
