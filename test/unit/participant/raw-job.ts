import type { PeerStream, SessionKey } from '../../../src/participant/ports.ts'
import { freeTerms } from '../../../src/protocol/channel/payment-terms.ts'
import { cellId } from '../../../src/protocol/evidence/cell.ts'
import { hexToBytes, taggedHash } from '../../../src/protocol/hash.ts'
import {
  firstRunningHash,
  type JobAccept,
  type JobRequest,
  jobIdOf,
  nextRunningHash,
  promptHashOf,
  seedCommitmentOf,
  seedOf,
} from '../../../src/protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import type { Receipt } from '../../../src/protocol/receipt/receipt.ts'
import { receiptDigest, segmentDigest } from '../../../src/protocol/receipt/typed-data.ts'
import {
  decodeProviderMessage,
  decodeRequesterMessage,
  encodeJobMessage,
  type ProviderMessage,
  type RequesterMessage,
  type SignedReceipt,
  type SignedSegment,
} from '../../../src/protocol/wire/job-messages.ts'
import { scriptedCell, scriptedEvidence } from '../../doubles/scripted-engine.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'

/** A provider written out message by message; what it signs is well signed unless the test says otherwise. */
export interface RawProvider {
  receive(): Promise<RequesterMessage>
  send(message: ProviderMessage): Promise<void>
  /** Request, accept and reveal. */
  accept(changes?: Partial<JobAccept>): Promise<void>
  segment(ids: number[]): Promise<SignedSegment>
  receipt(changes?: Partial<Receipt>): Promise<SignedReceipt>
}

export function createRawProvider(stream: PeerStream, key: SessionKey): RawProvider {
  const frames = stream.frames[Symbol.asyncIterator]()
  const send = (message: ProviderMessage): Promise<void> => stream.send(encodeJobMessage(message))
  let job: { request: JobRequest; accept: JobAccept; requesterShare: Uint8Array } | null = null
  let runningHash = new Uint8Array()
  let count = 0

  const receive = async (): Promise<RequesterMessage> => {
    const next = await frames.next()
    if (next.done) throw new Error('the requester has closed')
    const decoded = decodeRequesterMessage(next.value)
    if (!decoded.ok) throw new Error(`the requester sent nonsense: ${decoded.code}`)
    return decoded.value
  }
  const expect = async <T extends RequesterMessage['type']>(
    type: T,
  ): Promise<Extract<RequesterMessage, { type: T }>> => {
    const message = await receive()
    if (message.type !== type) throw new Error(`expected ${type}, got ${message.type}`)
    return message as Extract<RequesterMessage, { type: T }>
  }
  const current = (): NonNullable<typeof job> => {
    if (job === null) throw new Error('no job has been accepted')
    return job
  }

  return {
    receive,
    send,
    async accept(changes = {}) {
      const { request } = await expect('request')
      const accept: JobAccept = {
        providerNonce: new Uint8Array(32).fill(7),
        providerKey: key.publicKey,
        cell: scriptedCell(request.modelRoot),
        ...changes,
      }
      await send({ type: 'accept', accept })
      const { requesterShare } = await expect('reveal')
      job = { request, accept, requesterShare }
      runningHash = new Uint8Array(firstRunningHash(jobIdOf(request, accept)))
    },
    async segment(ids) {
      const { request, accept } = current()
      const index = (request.resumedIds.length + count) / SEGMENT_TOKENS
      const evidence = scriptedEvidence('honest', request.promptIds, ids)
      runningHash = new Uint8Array(nextRunningHash(runningHash, { index, ids, ...evidence }))
      count += ids.length
      const signature = await key.sign(segmentDigest(jobIdOf(request, accept), index, runningHash))
      return { index, ids, ...evidence, runningHash, signature }
    },
    async receipt(changes = {}) {
      const { request, accept, requesterShare } = current()
      const receipt: Receipt = {
        jobId: jobIdOf(request, accept),
        modelRoot: hexToBytes(request.modelRoot),
        cell: hexToBytes(cellId(accept.cell)),
        promptHash: promptHashOf(request),
        outputHash: runningHash,
        firstToken: request.resumedIds.length,
        tokenCount: count,
        finish: 'length',
        seed: seedOf(request, accept, requesterShare),
        sampler: request.sampler,
        requesterKey: request.requesterKey,
        providerKey: key.publicKey,
        issuedAt: 1_767_225_600_000,
        ...changes,
      }
      return { receipt, signature: await key.sign(receiptDigest(receipt)) }
    },
  }
}

/** What the requester of `sampleRequest` has to reveal. */
export const SAMPLE_SHARE = taggedHash('sample-share')

/** Free, of the provider with this key. */
export function sampleRequest(modelRoot: string, providerKey = createSeededSessionKey(1).publicKey): JobRequest {
  const requesterKey = createSeededSessionKey(0).publicKey
  return {
    version: 2,
    modelRoot,
    promptIds: [1, 2, 3],
    resumedIds: [],
    sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
    maxTokens: 96,
    stopIds: [0],
    seedCommitment: seedCommitmentOf(SAMPLE_SHARE),
    carriedSeed: null,
    requesterKey,
    payment: freeTerms(requesterKey, providerKey),
  }
}

/** A requester written out message by message. */
export interface RawRequester {
  send(message: RequesterMessage): Promise<void>
  /** What the provider has sent since the last call; `closed` or `lost` at its end. */
  received: (ProviderMessage | { type: 'closed' } | { type: 'lost' })[]
}

export function createRawRequester(stream: PeerStream): RawRequester {
  const received: RawRequester['received'] = []
  const listen = async (): Promise<void> => {
    try {
      for await (const frame of stream.frames) {
        const decoded = decodeProviderMessage(frame)
        if (!decoded.ok) throw new Error(`the provider sent nonsense: ${decoded.code}`)
        received.push(decoded.value)
      }
      received.push({ type: 'closed' })
    } catch {
      received.push({ type: 'lost' })
    }
  }
  void listen()
  return { send: (message) => stream.send(encodeJobMessage(message)), received }
}
