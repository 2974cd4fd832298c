import { CodedError, type ErrorCode, type JobErrorCode } from '../protocol/errors.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { bytesEqual, hexToBytes } from '../protocol/hash.ts'
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
} from '../protocol/job/job.ts'
import type { Leg } from '../protocol/receipt/bundle.ts'
import type { Receipt } from '../protocol/receipt/receipt.ts'
import { receiptDigest, segmentDigest } from '../protocol/receipt/typed-data.ts'
import {
  decodeRequesterMessage,
  encodeJobMessage,
  type ProviderMessage,
  type RequesterMessage,
  type SignedReceipt,
  type SignedSegment,
} from '../protocol/wire/job-messages.ts'
import { withDeadline } from './deadline.ts'
import type { EarnDesk, JobPayee } from './earn-desk.ts'
import type { Clock, Engine, EngineInfo, PeerStream, Random, SessionKey } from './ports.ts'

/** A requester has this long for each message of the exchange, and for the voucher of a segment: a stranger must not hold this device. */
const EXCHANGE_TIMEOUT_MS = 10_000

export interface ServeJobPorts {
  engine: Engine
  earn: EarnDesk
  sessionKey: SessionKey
  clock: Clock
  random: Random
}

export interface ServeJobEvents {
  onStart(jobId: Uint8Array): void
  onTokens(count: number): void
}

/**
 * The provider's side of one job (protocol.md §2): exchange, segments, receipt. Resolves to the served leg, or to null if the
 * requester was refused. Rejects `network/*` when the requester vanished and `engine/*` when this device failed.
 * `stop` ends the job at once: the requester sees the stream end and asks another provider for the rest.
 */
export async function serveJob(
  ports: ServeJobPorts,
  info: EngineInfo,
  stream: PeerStream,
  events: ServeJobEvents,
  stop: AbortSignal,
): Promise<Leg | null> {
  const { clock, random, sessionKey, engine, earn } = ports
  const frames = stream.frames[Symbol.asyncIterator]()
  const send = (message: ProviderMessage): Promise<void> => stream.send(encodeJobMessage(message))
  const receive = async <T extends RequesterMessage['type']>(
    type: T,
  ): Promise<Extract<RequesterMessage, { type: T }>> => {
    const next = await withDeadline(clock, EXCHANGE_TIMEOUT_MS, type, frames.next())
    const decoded = next.done ? null : decodeRequesterMessage(next.value)
    if (decoded?.ok && decoded.value.type === type) return decoded.value as Extract<RequesterMessage, { type: T }>
    throw badMessage(type)
  }

  stop.throwIfAborted()
  const abort = new AbortController()
  stop.addEventListener('abort', () => stream.abort(new Error('the provider stopped')), { once: true })
  const { request } = await receive('request')
  const accepted = refusalOf(request, info) ?? (await earn.accept(request))
  if (typeof accepted === 'string') {
    await send({ type: 'refuse', code: accepted })
    await stream.close()
    return null
  }
  const serveFor = async (payee: JobPayee): Promise<Leg> => {
    const accept: JobAccept = { providerNonce: random.bytes(32), providerKey: sessionKey.publicKey, cell: info.cell }
    await send({ type: 'accept', accept })
    const { requesterShare } = await receive('reveal')
    if (!bytesEqual(seedCommitmentOf(requesterShare), request.seedCommitment)) throw badMessage('reveal')

    const jobId = jobIdOf(request, accept)
    events.onStart(jobId)
    const { gate } = payee
    /** Nothing more is done before what was done is paid for, but for the slack of free work. */
    const paid = (waiting: Promise<void>): Promise<void> => withDeadline(clock, EXCHANGE_TIMEOUT_MS, 'voucher', waiting)
    const { promptIds, resumedIds, maxTokens, stopIds, sampler } = request
    const listening = listenToRequester(frames, payee, abort)
    await paid(gate.read())

    const segments: SignedSegment[] = []
    let runningHash = firstRunningHash(jobId)
    let finish: FinishReason = 'aborted'
    const seed = seedOf(request, accept, requesterShare)
    const generation = engine.generate({ promptIds, resumedIds, maxTokens, stopIds, sampler, seed }, abort.signal)
    try {
      for await (const event of generation) {
        if (gate.failure() !== null) break
        switch (event.type) {
          case 'tokens':
            events.onTokens(event.ids.length)
            await send(event)
            break
          case 'segment': {
            runningHash = nextRunningHash(runningHash, event)
            const signature = await sessionKey.sign(segmentDigest(jobId, event.index, runningHash))
            const { index, ids, rowsHash, commitment } = event
            const segment: SignedSegment = { index, ids, rowsHash, commitment, runningHash, signature }
            segments.push(segment)
            await paid(gate.send(payee.segmentCharge(ids.length)))
            await send({ type: 'segment', segment })
            break
          }
          case 'finish':
            finish = event.reason
            break
          default:
            event satisfies never
        }
      }
    } finally {
      abort.abort()
    }
    await paid(gate.paidUp())

    const tokenCount = segments.reduce((sum, segment) => sum + segment.ids.length, 0)
    const receipt: Receipt = {
      jobId,
      modelRoot: hexToBytes(request.modelRoot),
      cell: hexToBytes(cellId(info.cell)),
      promptHash: promptHashOf(request),
      outputHash: runningHash,
      firstToken: resumedIds.length,
      tokenCount,
      finish,
      seed,
      sampler,
      requesterKey: request.requesterKey,
      providerKey: sessionKey.publicKey,
      issuedAt: clock.now(),
    }
    const signed: SignedReceipt = { receipt, signature: await sessionKey.sign(receiptDigest(receipt)) }
    await send({ type: 'receipt', signed })
    // The requester closes once it holds the receipt; closing first could cut it off. The work is done whether it says goodbye or not.
    await withDeadline(clock, EXCHANGE_TIMEOUT_MS, 'goodbye', listening).catch(() => {})
    await stream.close()
    return { request, accept, requesterShare, segments, signed }
  }
  try {
    return await serveFor(accepted)
  } finally {
    accepted.gate.end()
  }
}

/** Tells a requester that came at a bad time to ask somebody else, or again later. Never rejects. */
export async function refuseJob(clock: Pick<Clock, 'after'>, stream: PeerStream, code: ErrorCode): Promise<void> {
  try {
    // The request is read first: to a requester who is still writing, a closed stream looks like a lost provider.
    await withDeadline(clock, EXCHANGE_TIMEOUT_MS, 'request', stream.frames[Symbol.asyncIterator]().next())
    await stream.send(encodeJobMessage({ type: 'refuse', code }))
    await stream.close()
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Why this job cannot be done here, by code; null if it can. */
function refusalOf(request: JobRequest, info: EngineInfo): JobErrorCode | null {
  if (request.modelRoot !== info.cell.modelRoot) return 'job/model-not-served'
  // The whole answer must fit, or it would end at a length that nobody agreed to.
  if (request.promptIds.length + request.maxTokens > info.contextTokens) return 'job/prompt-too-long'
  const ids = [...request.promptIds, ...request.resumedIds, ...request.stopIds]
  return ids.every((id) => id < info.vocabularySize) ? null : 'job/bad-message'
}

/** Vouchers and the wish to stop, until the requester closes or is lost. Never rejects: what went wrong stands in the gate. */
async function listenToRequester(
  frames: AsyncIterator<Uint8Array>,
  { gate, take }: JobPayee,
  abort: AbortController,
): Promise<void> {
  try {
    for (;;) {
      const next = await frames.next()
      if (next.done) break
      const decoded = decodeRequesterMessage(next.value)
      if (!decoded.ok) throw badMessage('message')
      if (decoded.value.type === 'voucher') await take(decoded.value)
      else if (decoded.value.type === 'stop') abort.abort()
      else throw badMessage(decoded.value.type)
    }
    gate.close()
    abort.abort()
  } catch (error) {
    gate.fail(error instanceof Error ? error : new Error(String(error)))
    abort.abort()
  }
}

function badMessage(what: string): CodedError {
  return new CodedError({
    code: 'job/bad-message',
    message: `The requester's ${what} was missing, out of order or malformed.`,
    nextStep: 'Nothing to do: the job is dropped and this device is free for the next one.',
  })
}
