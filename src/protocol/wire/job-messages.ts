import * as v from 'valibot'
import { AmountBytes } from '../channel/amount.ts'
import { COMMITMENT_BYTES } from '../evidence/activation-commitment.ts'
import { JobAcceptSchema, JobRequestSchema } from '../job/job.ts'
import { MAX_JOB_FRAME_BYTES, MAX_OUTPUT_TOKENS, SEGMENT_TOKENS } from '../limits.ts'
import { ReceiptSchema } from '../receipt/receipt.ts'
import { type Decoded, decodeCbor, encodeCbor } from './codec.ts'
import { Bytes32, Bytes64, bytesOf, count, shortText, tokenIds } from './schemas.ts'

/** Version 3 of the job stream (protocol.md §2): paid by vouchers. */
export const JOB_PROTOCOL = '/locus/job/3'

export const SignedSegmentSchema = v.strictObject({
  index: count(MAX_OUTPUT_TOKENS / SEGMENT_TOKENS),
  /** 32 ids, fewer only in the last segment. */
  ids: v.pipe(tokenIds(SEGMENT_TOKENS), v.minLength(1)),
  /** SHA-256 of the final-norm rows that chose these ids, f32 little-endian. */
  rowsHash: Bytes32,
  /** The same rows' largest activations, for checkers of other cells (protocol.md §4.3). */
  commitment: bytesOf(COMMITMENT_BYTES),
  runningHash: Bytes32,
  /** Session key over the EIP-712 `Segment` digest: a part delivered is a part attributed, receipt or not. */
  signature: Bytes64,
})
export type SignedSegment = v.InferOutput<typeof SignedSegmentSchema>

export const SignedReceiptSchema = v.strictObject({ receipt: ReceiptSchema, signature: Bytes64 })
export type SignedReceipt = v.InferOutput<typeof SignedReceiptSchema>

/** All that the requester owes on the request's channel, ever, is so much: one before the prompt is read, one for each segment that arrived. */
export const VoucherMessageSchema = v.strictObject({
  type: v.literal('voucher'),
  cumulativeAmount: AmountBytes,
  /** The request's `requesterKey` over the EIP-712 `Voucher` digest. */
  signature: Bytes64,
})
export type VoucherMessage = v.InferOutput<typeof VoucherMessageSchema>

/** What a requester may send. */
const RequesterMessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('request'), request: JobRequestSchema }),
  v.strictObject({ type: v.literal('reveal'), requesterShare: Bytes32 }),
  VoucherMessageSchema,
  v.strictObject({ type: v.literal('stop') }),
])
export type RequesterMessage = v.InferOutput<typeof RequesterMessageSchema>

/** What a provider may send. */
const ProviderMessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('refuse'), code: shortText(64) }),
  v.strictObject({ type: v.literal('accept'), accept: JobAcceptSchema }),
  /** Provisional until the segment that holds them arrives. */
  v.strictObject({
    type: v.literal('tokens'),
    position: count(MAX_OUTPUT_TOKENS),
    ids: v.pipe(tokenIds(SEGMENT_TOKENS), v.minLength(1)),
  }),
  v.strictObject({ type: v.literal('segment'), segment: SignedSegmentSchema }),
  v.strictObject({ type: v.literal('receipt'), signed: SignedReceiptSchema }),
])
export type ProviderMessage = v.InferOutput<typeof ProviderMessageSchema>

export function encodeJobMessage(message: RequesterMessage | ProviderMessage): Uint8Array {
  return encodeCbor(message)
}

export function decodeRequesterMessage(frame: Uint8Array): Decoded<RequesterMessage> {
  return decodeCbor(frame, RequesterMessageSchema, MAX_JOB_FRAME_BYTES)
}

export function decodeProviderMessage(frame: Uint8Array): Decoded<ProviderMessage> {
  return decodeCbor(frame, ProviderMessageSchema, MAX_JOB_FRAME_BYTES)
}
