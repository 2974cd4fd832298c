import * as v from 'valibot'
import { PaymentTermsSchema } from '../channel/payment-terms.ts'
import { CellSchema } from '../evidence/cell.ts'
import { idsToBytes, taggedHash, u32 } from '../hash.ts'
import { MAX_OUTPUT_TOKENS, MAX_PROMPT_TOKENS, MAX_STOP_IDS, SEGMENT_TOKENS } from '../limits.ts'
import { SamplerSchema } from '../sampling/sampler.ts'
import { encodeCbor } from '../wire/codec.ts'
import { Bytes32, Bytes64, count, Hex32, tokenIds } from '../wire/schemas.ts'

/** Why an answer ended: a stop token, its length, or the requester's stop. */
export type FinishReason = 'stop' | 'length' | 'aborted'
export const FinishReasonSchema = v.picklist(['stop', 'length', 'aborted'])

/** The requester's terms (protocol.md §2). Its hash, with the provider's nonce, names the job. */
export const JobRequestSchema = v.pipe(
  v.strictObject({
    version: v.literal(2),
    modelRoot: Hex32,
    promptIds: v.pipe(tokenIds(MAX_PROMPT_TOKENS), v.minLength(1)),
    /** Segments already committed by an earlier provider of this answer; empty for a new one. */
    resumedIds: tokenIds(MAX_OUTPUT_TOKENS),
    sampler: SamplerSchema,
    maxTokens: v.pipe(count(MAX_OUTPUT_TOKENS), v.minValue(1)),
    stopIds: v.pipe(tokenIds(MAX_STOP_IDS)),
    /** H('seed-commitment', requester's share): neither side can grind the seed. */
    seedCommitment: Bytes32,
    /** The seed of the answer being resumed; null for a new one. */
    carriedSeed: v.nullable(Bytes32),
    requesterKey: Bytes64,
    payment: PaymentTermsSchema,
  }),
  v.check((r) => r.resumedIds.length % SEGMENT_TOKENS === 0, 'resumes at a segment boundary'),
  v.check((r) => r.resumedIds.length < r.maxTokens, 'something is left to compute'),
  v.check((r) => r.resumedIds.length > 0 === (r.carriedSeed !== null), 'a resumed answer carries its seed'),
  v.check((r) => !r.resumedIds.some((id) => r.stopIds.includes(id)), 'nothing goes on after a stop token'),
)
export type JobRequest = v.InferOutput<typeof JobRequestSchema>

/** The provider's side of the exchange. */
export const JobAcceptSchema = v.strictObject({ providerNonce: Bytes32, providerKey: Bytes64, cell: CellSchema })
export type JobAccept = v.InferOutput<typeof JobAcceptSchema>

export function seedCommitmentOf(requesterShare: Uint8Array): Uint8Array {
  return taggedHash('seed-commitment', requesterShare)
}

/** Covers both sides' terms whole, the cell among them: whoever signs anything for this job has signed what it runs on. */
export function jobIdOf(request: JobRequest, accept: JobAccept): Uint8Array {
  return taggedHash('job', taggedHash('request', encodeCbor(request)), taggedHash('accept', encodeCbor(accept)))
}

/** 32 bytes that neither side chose alone; a resumed answer keeps the seed it began with. */
export function seedOf(request: JobRequest, accept: JobAccept, requesterShare: Uint8Array): Uint8Array {
  return request.carriedSeed ?? taggedHash('seed', requesterShare, accept.providerNonce)
}

export function promptHashOf(request: JobRequest): Uint8Array {
  return taggedHash('prompt', idsToBytes(request.promptIds), idsToBytes(request.resumedIds))
}

/** The running hash before the first segment. */
export function firstRunningHash(jobId: Uint8Array): Uint8Array {
  return taggedHash('running', jobId)
}

/** Chains one segment: ids and activations can no longer be changed without changing every hash after them. */
export function nextRunningHash(
  previous: Uint8Array,
  segment: { index: number; ids: readonly number[]; rowsHash: Uint8Array; commitment: Uint8Array },
): Uint8Array {
  const { index, ids, rowsHash, commitment } = segment
  return taggedHash('segment', previous, u32(index), idsToBytes(ids), rowsHash, commitment)
}
