import type { SessionKey } from '../../src/participant/ports.ts'
import { freeTerms } from '../../src/protocol/channel/payment-terms.ts'
import { COMMITMENT_BYTES } from '../../src/protocol/evidence/activation-commitment.ts'
import { cellId } from '../../src/protocol/evidence/cell.ts'
import { hexToBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'
import {
  firstRunningHash,
  type JobAccept,
  type JobRequest,
  jobIdOf,
  nextRunningHash,
  promptHashOf,
  seedCommitmentOf,
  seedOf,
} from '../../src/protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import type { Leg } from '../../src/protocol/receipt/bundle.ts'
import type { Receipt } from '../../src/protocol/receipt/receipt.ts'
import { receiptDigest, segmentDigest } from '../../src/protocol/receipt/typed-data.ts'
import type { SignedSegment } from '../../src/protocol/wire/job-messages.ts'
import { scriptedCell } from './scripted-engine.ts'

export interface SignedLegOptions {
  provider: SessionKey
  requester: SessionKey
  outputIds?: number[]
  request?: Partial<JobRequest>
  receipt?: Partial<Receipt>
  nonce?: number
}

const MODEL_ROOT = 'ab'.repeat(32)
export const FORTY_IDS = Array.from({ length: 40 }, (_, i) => 100 + i)

/** Well formed, and of nothing. */
export function sampleCommitment(index: number): Uint8Array {
  const bytes = new Uint8Array(COMMITMENT_BYTES)
  bytes.set([255, 217, 0, index])
  return bytes
}

/** A leg as an honest provider would have signed it; `receipt` overrides are signed too, so that they are lies under a good signature. */
export async function signedLeg(options: SignedLegOptions): Promise<Leg> {
  const { provider, requester, outputIds = FORTY_IDS, nonce = 1 } = options
  const requesterShare = taggedHash('share', u32(nonce))
  const request: JobRequest = {
    version: 2,
    modelRoot: MODEL_ROOT,
    promptIds: [1, 2, 3],
    resumedIds: [],
    sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
    maxTokens: 96,
    stopIds: [0],
    seedCommitment: seedCommitmentOf(requesterShare),
    carriedSeed: null,
    requesterKey: requester.publicKey,
    payment: freeTerms(requester.publicKey, provider.publicKey),
    ...options.request,
  }
  const accept: JobAccept = {
    providerNonce: taggedHash('nonce', u32(nonce)),
    providerKey: provider.publicKey,
    cell: scriptedCell(request.modelRoot),
  }
  const jobId = jobIdOf(request, accept)
  const segments: SignedSegment[] = []
  let runningHash = firstRunningHash(jobId)
  for (let at = 0; at < outputIds.length; at += SEGMENT_TOKENS) {
    const index = (request.resumedIds.length + at) / SEGMENT_TOKENS
    const ids = outputIds.slice(at, at + SEGMENT_TOKENS)
    const rowsHash = taggedHash('rows', u32(index))
    const commitment = sampleCommitment(index)
    runningHash = nextRunningHash(runningHash, { index, ids, rowsHash, commitment })
    const signature = await provider.sign(segmentDigest(jobId, index, runningHash))
    segments.push({ index, ids, rowsHash, commitment, runningHash, signature })
  }
  const receipt: Receipt = {
    jobId,
    modelRoot: hexToBytes(request.modelRoot),
    cell: hexToBytes(cellId(accept.cell)),
    promptHash: promptHashOf(request),
    outputHash: runningHash,
    firstToken: request.resumedIds.length,
    tokenCount: outputIds.length,
    finish: 'aborted',
    seed: seedOf(request, accept, requesterShare),
    sampler: request.sampler,
    requesterKey: requester.publicKey,
    providerKey: provider.publicKey,
    issuedAt: 1_767_225_600_000,
    ...options.receipt,
  }
  return {
    request,
    accept,
    requesterShare,
    segments,
    signed: { receipt, signature: await provider.sign(receiptDigest(receipt)) },
  }
}
