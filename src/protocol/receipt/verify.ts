import type { ReceiptErrorCode } from '../errors.ts'
import { cellId } from '../evidence/cell.ts'
import { bytesEqual, bytesToHex } from '../hash.ts'
import {
  type FinishReason,
  firstRunningHash,
  type JobAccept,
  type JobRequest,
  jobIdOf,
  nextRunningHash,
  promptHashOf,
  seedCommitmentOf,
  seedOf,
} from '../job/job.ts'
import { SEGMENT_TOKENS } from '../limits.ts'
import { encodeCbor } from '../wire/codec.ts'
import type { SignedReceipt, SignedSegment } from '../wire/job-messages.ts'
import type { Bundle, Leg } from './bundle.ts'
import { isSignedBy } from './signature.ts'
import { receiptDigest, segmentDigest } from './typed-data.ts'

/** Null when nothing is wrong; else the first thing that is. Remote input: these functions never throw. */
export type ReceiptFault = { code: ReceiptErrorCode; message: string } | null

/** The exchange of protocol.md §2, before any token: what a requester may hold the provider to. */
export function faultOfAccept(request: JobRequest, accept: JobAccept): ReceiptFault {
  if (accept.cell.modelRoot !== request.modelRoot) {
    return fault('receipt/model-root', 'The provider runs another model than the one that was asked for.')
  }
  return null
}

/** Follows one leg's segments as they arrive: order, lengths, running hash, signature, and nothing after a stop token or the agreed length. */
export class SegmentChain {
  readonly jobId: Uint8Array
  readonly ids: number[] = []
  runningHash: Uint8Array
  readonly #request: JobRequest
  readonly #providerKey: Uint8Array
  readonly #firstIndex: number
  #count = 0
  #isStopped = false

  constructor(request: JobRequest, accept: JobAccept) {
    this.jobId = jobIdOf(request, accept)
    this.runningHash = firstRunningHash(this.jobId)
    this.#request = request
    this.#providerKey = accept.providerKey
    this.#firstIndex = request.resumedIds.length / SEGMENT_TOKENS
  }

  /** Accepts the segment and returns null, or says what is wrong and stays as it was. */
  append(segment: SignedSegment): ReceiptFault {
    const isFull = this.ids.length === this.#count * SEGMENT_TOKENS
    if (segment.index !== this.#firstIndex + this.#count || !isFull) {
      return fault('receipt/hash-chain', `Segment ${segment.index} is out of order.`)
    }
    const expected = nextRunningHash(this.runningHash, segment)
    if (!bytesEqual(expected, segment.runningHash)) {
      return fault('receipt/hash-chain', `Segment ${segment.index} does not hash to what its provider signed.`)
    }
    if (!isSignedBy(this.#providerKey, segmentDigest(this.jobId, segment.index, expected), segment.signature)) {
      return fault('receipt/signature', `Segment ${segment.index} is not signed by the provider's key.`)
    }
    const { stopIds, maxTokens, resumedIds } = this.#request
    const stopAt = segment.ids.findIndex((id) => stopIds.includes(id))
    const total = resumedIds.length + this.ids.length + segment.ids.length
    if (this.#isStopped || total > maxTokens || (stopAt !== -1 && stopAt !== segment.ids.length - 1)) {
      return fault('receipt/finish', `Segment ${segment.index} goes on after the end of the answer.`)
    }
    this.runningHash = expected
    this.ids.push(...segment.ids)
    this.#count++
    this.#isStopped = stopAt !== -1
    return null
  }
}

/** A whole leg: the seed exchange, every segment, and the receipt if the provider lived to sign one. */
export function faultOfLeg(leg: Leg): ReceiptFault {
  if (!bytesEqual(leg.request.seedCommitment, seedCommitmentOf(leg.requesterShare))) {
    return fault('receipt/terms', 'The requester did not reveal the seed share it had committed to.')
  }
  const chain = new SegmentChain(leg.request, leg.accept)
  let found = faultOfAccept(leg.request, leg.accept)
  for (const segment of leg.segments) found ??= chain.append(segment)
  if (found !== null || leg.signed === null) return found
  return faultOfReceipt(leg, chain, leg.signed)
}

/** Job, model, output, terms, finish, signature, in that order: each with its own code. */
function faultOfReceipt(
  { request, accept, requesterShare }: Leg,
  chain: SegmentChain,
  signed: SignedReceipt,
): ReceiptFault {
  const { receipt, signature } = signed
  if (!bytesEqual(receipt.jobId, chain.jobId)) {
    return fault('receipt/job-mismatch', 'The receipt belongs to another job.')
  }
  if (bytesToHex(receipt.modelRoot) !== request.modelRoot) {
    return fault('receipt/model-root', 'The receipt names another model than the one that was asked for.')
  }
  if (!bytesEqual(receipt.outputHash, chain.runningHash) || receipt.tokenCount !== chain.ids.length) {
    return fault('receipt/hash-chain', 'The receipt does not cover the tokens that were delivered.')
  }
  const terms =
    bytesToHex(receipt.cell) === cellId(accept.cell) &&
    bytesEqual(receipt.promptHash, promptHashOf(request)) &&
    bytesEqual(receipt.seed, seedOf(request, accept, requesterShare)) &&
    bytesEqual(encodeCbor(receipt.sampler), encodeCbor(request.sampler)) &&
    bytesEqual(receipt.requesterKey, request.requesterKey) &&
    bytesEqual(receipt.providerKey, accept.providerKey) &&
    receipt.firstToken === request.resumedIds.length
  if (!terms) return fault('receipt/terms', 'The receipt states other terms than those agreed.')
  if (!isFinishHonest(request, chain.ids, receipt.finish)) {
    return fault('receipt/finish', 'The answer did not end the way its receipt says.')
  }
  if (!isSignedBy(accept.providerKey, receiptDigest(receipt), signature)) {
    return fault('receipt/signature', "The receipt is not signed by the provider's key.")
  }
  return null
}

/** The chain has refused what goes on after its end; `length` is the agreed length exactly, which fits the model's context by the request. */
function isFinishHonest(request: JobRequest, ids: number[], finish: FinishReason): boolean {
  const last = ids.at(-1)
  const isStopped = last !== undefined && request.stopIds.includes(last)
  if (isStopped || finish === 'stop') return isStopped && finish === 'stop'
  return finish === 'aborted' || request.resumedIds.length + ids.length === request.maxTokens
}

/** An answer over all its legs: each in order, each resuming exactly what came before, the last one with a receipt. */
export function faultOfBundle(bundle: Bundle): ReceiptFault {
  const [first] = bundle.legs
  if (first === undefined) return fault('receipt/missing', 'The bundle holds no part of an answer.')
  const seed = seedOf(first.request, first.accept, first.requesterShare)
  const committed: number[] = []
  for (const leg of bundle.legs) {
    const { request } = leg
    const continues =
      bytesEqual(encodeCbor(request.resumedIds), encodeCbor(committed)) &&
      bytesEqual(encodeCbor(termsOf(request)), encodeCbor(termsOf(first.request))) &&
      (leg === first || bytesEqual(seedOf(request, leg.accept, leg.requesterShare), seed))
    if (!continues) return fault('receipt/terms', 'The parts of this answer do not follow from one another.')
    // Nobody has signed anything of an empty leg, so it could name anybody.
    if (leg.segments.length === 0 && leg.signed === null) {
      return fault('receipt/missing', 'A part of this answer is signed by nobody.')
    }
    const found = faultOfLeg(leg)
    if (found !== null) return found
    committed.push(...leg.segments.flatMap((segment) => segment.ids))
  }
  const last = bundle.legs.at(-1) ?? first
  if (last.signed === null) return fault('receipt/missing', 'The answer ends without a receipt.')
  return null
}

/** What may not change between the legs of one answer. */
function termsOf(
  request: JobRequest,
): Pick<JobRequest, 'modelRoot' | 'promptIds' | 'sampler' | 'maxTokens' | 'stopIds'> {
  const { modelRoot, promptIds, sampler, maxTokens, stopIds } = request
  return { modelRoot, promptIds, sampler, maxTokens, stopIds }
}

function fault(code: ReceiptErrorCode, message: string): ReceiptFault {
  return { code, message }
}
