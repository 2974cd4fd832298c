import type { Engine, GenerationEvent, JobStream, Network } from '../../src/participant/ports.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import {
  decodeProviderMessage,
  encodeJobMessage,
  type ProviderMessage,
  type SignedReceipt,
} from '../../src/protocol/wire/job-messages.ts'

/** Recomputes the rows of ids that were not chosen by the rule: what a prefill over a cheap text gives. */
export type PrefillRows = (job: { promptIds: number[]; outputIds: number[] }) => Promise<Uint8Array[]>

/**
 * `RandomTokens` types anything it likes and then runs one honest prefill over it, so that every hash is right and only the rule of
 * protocol.md §3 can tell.
 */
export function randomTokensEngine(honest: Engine, prefillRows: PrefillRows): Engine {
  return delegate(honest, async function* (job, signal): AsyncGenerator<GenerationEvent> {
    const outputIds = [...job.resumedIds]
    while (outputIds.length < job.maxTokens && !signal.aborted) outputIds.push(1 + ((outputIds.length * 7_919) % 900))
    const rows = await prefillRows({ promptIds: job.promptIds, outputIds })
    for (let at = job.resumedIds.length; at < outputIds.length; at += SEGMENT_TOKENS) {
      const index = at / SEGMENT_TOKENS
      const ids = outputIds.slice(at, at + SEGMENT_TOKENS)
      yield { type: 'tokens', position: at, ids }
      yield { type: 'segment', index, ids, rowsHash: rows[index] as Uint8Array }
    }
    yield { type: 'finish', reason: signal.aborted ? 'aborted' : 'length' }
  })
}

/** `OtherModel` serves what another model computes under the name, and the cell, of the one that was asked for. */
export function otherModelEngine(honest: Engine, other: Engine): Engine {
  return delegate(honest, (job, signal) => other.generate(job, signal))
}

function delegate(honest: Engine, generate: Engine['generate']): Engine {
  return {
    get info() {
      return honest.info
    },
    load: (options, signal) => honest.load(options, signal),
    loadTokenizer: (options, signal) => honest.loadTokenizer(options, signal),
    encodePrompt: (text) => honest.encodePrompt(text),
    decode: (ids, final) => honest.decode(ids, final),
    generate,
    check: (options, signal) => honest.check(options, signal),
    stop: () => honest.stop(),
  }
}

/** Changes one id of every second segment after it was signed. */
export function changesAnId(message: ProviderMessage): ProviderMessage {
  if (message.type !== 'segment' || message.segment.index === 0) return message
  const [first = 0, ...rest] = message.segment.ids
  return { type: 'segment', segment: { ...message.segment, ids: [first === 5 ? 6 : 5, ...rest] } }
}

/** Answers with the receipt of an earlier job, which is perfectly signed. */
export function replaysReceipt(old: SignedReceipt): (message: ProviderMessage) => ProviderMessage {
  return (message) => (message.type === 'receipt' ? { type: 'receipt', signed: old } : message)
}

/** Claims, in its receipt, to have run another model. */
export function claimsOtherModelRoot(message: ProviderMessage): ProviderMessage {
  if (message.type !== 'receipt') return message
  const { receipt, signature } = message.signed
  return { type: 'receipt', signed: { receipt: { ...receipt, modelRoot: new Uint8Array(32).fill(9) }, signature } }
}

/** A network whose provider side rewrites what it sends: `change` sees every message on its way out. */
export function tamperingNetwork(network: Network, change: (message: ProviderMessage) => ProviderMessage): Network {
  const tamper = (stream: JobStream): JobStream => ({
    remotePeer: stream.remotePeer,
    connection: stream.connection,
    frames: stream.frames,
    send(frame) {
      const decoded = decodeProviderMessage(frame)
      return stream.send(decoded.ok ? encodeJobMessage(change(decoded.value)) : frame)
    },
    close: () => stream.close(),
    abort: (reason) => stream.abort(reason),
  })
  return {
    get peerId() {
      return network.peerId
    },
    start: (signal) => network.start(signal),
    stop: () => network.stop(),
    onStatus: (listener) => network.onStatus(listener),
    publishOffer: (offer) => network.publishOffer(offer),
    onOffer: (handler) => network.onOffer(handler),
    openJob: (peerId, signal) => network.openJob(peerId, signal),
    onJob: (handler) => network.onJob((stream) => handler(tamper(stream))),
  }
}
