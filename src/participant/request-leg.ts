import { CodedError, type ErrorCode, type ErrorData } from '../protocol/errors.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { type FinishReason, type JobAccept, type JobRequest, seedCommitmentOf } from '../protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'
import type { Leg } from '../protocol/receipt/bundle.ts'
import { faultOfAccept, faultOfLeg, type ReceiptFault, SegmentChain } from '../protocol/receipt/verify.ts'
import {
  decodeProviderMessage,
  encodeJobMessage,
  type ProviderMessage,
  type RequesterMessage,
  type SignedSegment,
} from '../protocol/wire/job-messages.ts'
import type { Offer } from '../protocol/wire/offer.ts'
import { withDeadline } from './deadline.ts'
import type { JobPayer } from './job-payer.ts'
import type { Clock, ConnectionInfo, Network, PeerStream, Random } from './ports.ts'

/** A provider has this long to answer the request. */
const ACCEPT_TIMEOUT_MS = 10_000
/** And this long for each next token beyond those it has shown: a long prompt on a slow device needs most of it. */
const PROGRESS_TIMEOUT_MS = 60_000

/** After Stop a provider has this long to commit what it has and sign for it. */
const STOP_TIMEOUT_MS = 10_000

/** Provisional messages between two segments: one for each token, and room for a replay that corrects every other one. */
const MAX_MESSAGES_PER_SEGMENT = 16 * SEGMENT_TOKENS

/** What an offer binds its provider to: it was chosen for its cell, so it may not accept as another. */
export type OfferTerms = Pick<Offer, 'peerId' | 'providerKey' | 'cell'>

export type LegOutcome =
  /** Every segment and the receipt arrived and hold together. */
  | { kind: 'delivered'; leg: Leg; finish: FinishReason }
  /** The provider went away; `leg` holds what it had committed, null if nothing. */
  | { kind: 'lost'; leg: Leg | null; message: string }
  /** It did not want the job. */
  | { kind: 'refused'; code: string }
  /** We could not go on paying, whoever it is: a voucher must be remembered before it is sent. */
  | { kind: 'unpayable'; leg: Leg | null; error: ErrorData }
  /** It sent something that cannot be believed. */
  | { kind: 'rejected'; code: ErrorCode; message: string }

export interface LegEvents {
  onConnected(connection: ConnectionInfo): void
  /** Provisional ids from `position` on (output tokens of the whole answer); they replace what stood there. */
  onTokens(position: number, ids: number[]): void
  /** One segment arrived and its hash and signature hold. */
  onSegment(segment: SignedSegment): void
  /** Another voucher is out. */
  onPaid(): void
}

export interface RequestLegPorts {
  network: Network
  clock: Clock
  random: Random
}

/** What the requester asks for; what it signs of it comes with the exchange. */
export type JobTerms = Omit<JobRequest, 'seedCommitment' | 'payment'>

/** One provider's part of an answer, from the requester's side (protocol.md §2). Never rejects: a stranger gets a verdict. */
export async function requestLeg(
  ports: RequestLegPorts,
  offer: OfferTerms,
  terms: JobTerms,
  payer: JobPayer,
  events: LegEvents,
  stop: AbortSignal,
): Promise<LegOutcome> {
  let stream: PeerStream
  try {
    stream = await ports.network.openStream(offer.peerId, 'job', stop)
  } catch (error) {
    return { kind: 'lost', leg: null, message: CodedError.dataOf(error, 'network/peer-unreachable').message }
  }
  events.onConnected(stream.connection)
  const leg = createLegReader(ports, offer, payer, stream, events, stop)
  try {
    const outcome = await leg.run(terms)
    if (outcome.kind === 'delivered' || outcome.kind === 'refused') await stream.close()
    else stream.abort(new Error(outcome.kind))
    return outcome
  } catch (error) {
    const data = CodedError.dataOf(error, 'network/peer-lost')
    stream.abort(new Error(data.message))
    const isOurs = data.code.startsWith('storage/') || data.code.startsWith('payment/')
    if (isOurs) return { kind: 'unpayable', leg: leg.partial(), error: data }
    return { kind: 'lost', leg: leg.partial(), message: data.message }
  }
}

interface LegReader {
  /** Rejects `network/*` when the provider is lost. */
  run(terms: JobTerms): Promise<LegOutcome>
  partial(): Leg | null
}

function createLegReader(
  { clock, random }: RequestLegPorts,
  offer: OfferTerms,
  payer: JobPayer,
  stream: PeerStream,
  events: LegEvents,
  stop: AbortSignal,
): LegReader {
  const frames = stream.frames[Symbol.asyncIterator]()
  let partial: Omit<Leg, 'signed'> | null = null

  const send = (message: RequesterMessage): Promise<void> => stream.send(encodeJobMessage(message))
  const receive = async (timeoutMs: number, what: string): Promise<ProviderMessage | null> => {
    const next = await withDeadline(clock, timeoutMs, what, frames.next())
    if (next.done) throw new CodedError(CLOSED_EARLY)
    const decoded = decodeProviderMessage(next.value)
    return decoded.ok ? decoded.value : null
  }

  const negotiate = async (terms: JobTerms): Promise<LegOutcome | JobAccept> => {
    const requesterShare = random.bytes(32)
    const request: JobRequest = {
      ...terms,
      payment: payer.terms,
      seedCommitment: seedCommitmentOf(requesterShare),
    }
    await send({ type: 'request', request })
    const reply = await receive(ACCEPT_TIMEOUT_MS, 'reply')
    if (reply?.type === 'refuse') return { kind: 'refused', code: reply.code }
    if (reply?.type !== 'accept') return BAD_MESSAGE
    const fault = faultOfAccept(request, reply.accept)
    if (fault !== null) return rejected(fault)
    if (!isAsOffered(offer, reply.accept)) return { kind: 'refused', code: 'receipt/terms' }
    await send({ type: 'reveal', requesterShare })
    await send(await payer.payPrompt(request.promptIds.length + request.resumedIds.length))
    events.onPaid()
    partial = { request, accept: reply.accept, requesterShare, segments: [] }
    return reply.accept
  }

  const follow = async (leg: Omit<Leg, 'signed'>): Promise<LegOutcome> => {
    const chain = new SegmentChain(leg.request, leg.accept)
    /** Output tokens shown so far: provisional ones may replace what is not committed, but leave no gap and end where the answer does. */
    let shown = leg.request.resumedIds.length
    let messagesSinceSegment = 0
    let furthest = shown
    let patientUntil = clock.now() + PROGRESS_TIMEOUT_MS
    for (;;) {
      const message = await receive(patientUntil - clock.now(), 'next tokens')
      switch (message?.type) {
        case 'tokens': {
          const { position, ids } = message
          const committed = leg.request.resumedIds.length + chain.ids.length
          const end = position + ids.length
          if (position < committed || position > shown || end > leg.request.maxTokens) return BAD_MESSAGE
          if (++messagesSinceSegment > MAX_MESSAGES_PER_SEGMENT) return BAD_MESSAGE
          shown = end
          if (end > furthest) patientUntil = clock.now() + PROGRESS_TIMEOUT_MS
          furthest = Math.max(furthest, end)
          events.onTokens(position, ids)
          break
        }
        case 'segment': {
          const fault = chain.append(message.segment)
          if (fault !== null) return rejected(fault)
          leg.segments.push(message.segment)
          messagesSinceSegment = 0
          patientUntil = clock.now() + PROGRESS_TIMEOUT_MS
          shown = Math.max(shown, leg.request.resumedIds.length + chain.ids.length)
          events.onSegment(message.segment)
          // What a provider sent before it closed is still to be read, and the reading side says if it is lost.
          await send(await payer.paySegment(message.segment.ids.length)).catch(() => {})
          events.onPaid()
          break
        }
        case 'receipt': {
          const whole: Leg = { ...leg, signed: message.signed }
          const fault = faultOfLeg(whole)
          if (fault !== null) return rejected(fault)
          return { kind: 'delivered', leg: whole, finish: message.signed.receipt.finish }
        }
        default:
          return BAD_MESSAGE
      }
    }
  }

  return {
    async run(terms) {
      const negotiated = await negotiate(terms)
      if ('kind' in negotiated || partial === null) return negotiated as LegOutcome
      let stopWaiting = (): void => {}
      const sendStop = (): void => {
        // A provider that cannot be told to stop is already lost, and the reading side says so.
        send({ type: 'stop' }).catch(() => {})
        stopWaiting = clock.after(STOP_TIMEOUT_MS, () => stream.abort(new Error('did not stop')))
      }
      if (stop.aborted) sendStop()
      stop.addEventListener('abort', sendStop, { once: true })
      try {
        return await follow(partial)
      } finally {
        stop.removeEventListener('abort', sendStop)
        stopWaiting()
      }
    },
    partial: () => (partial === null || partial.segments.length === 0 ? null : { ...partial, signed: null }),
  }
}

const BAD_MESSAGE: LegOutcome = {
  kind: 'rejected',
  code: 'job/bad-message',
  message: 'It sent a message that does not belong in this protocol.',
}

const CLOSED_EARLY = {
  code: 'network/closed',
  message: 'The provider closed the connection before the answer was complete.',
  nextStep: 'Nothing to do: another provider goes on from the last segment.',
} as const

/** A device that tested itself anew may have another cell than its last offer said: no lie, but not whom we chose. */
function isAsOffered(offer: OfferTerms, accept: JobAccept): boolean {
  return cellId(accept.cell) === cellId(offer.cell) && bytesEqual(accept.providerKey, offer.providerKey)
}

function rejected(fault: NonNullable<ReceiptFault>): LegOutcome {
  return { kind: 'rejected', ...fault }
}
