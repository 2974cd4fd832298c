import type { Engine, Network, PeerStream } from '../../src/participant/ports.ts'
import { MAX_TEMPERATURE_MILLI, MAX_TOP_K } from '../../src/protocol/limits.ts'
import {
  decodeProviderMessage,
  encodeJobMessage,
  type ProviderMessage,
  type SignedReceipt,
} from '../../src/protocol/wire/job-messages.ts'

/**
 * `RandomTokens` rolls dice of its own, as wild as the sampler allows, and commits to honest rows of whatever came up: every hash is
 * right, and only the rule of protocol.md §3 can tell.
 */
export function randomTokensEngine(honest: Engine): Engine {
  const sampler = { temperatureMilli: MAX_TEMPERATURE_MILLI, topK: MAX_TOP_K, topPMilli: 1_000 }
  return delegate(honest, (job, signal) =>
    honest.generate({ ...job, seed: new Uint8Array(32).fill(6), sampler }, signal),
  )
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
    onRecovery: (listener) => honest.onRecovery(listener),
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
  const tamper = (stream: PeerStream): PeerStream => ({
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
    publish: (topic, message) => network.publish(topic, message),
    onGossip: (topic, handler) => network.onGossip(topic, handler),
    openStream: (peerId, protocol, signal) => network.openStream(peerId, protocol, signal),
    onStream: (protocol, handler) =>
      network.onStream(protocol, (stream) => handler(protocol === 'job' ? tamper(stream) : stream)),
  }
}
