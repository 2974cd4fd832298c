import type { Network, PeerStream } from '../../src/participant/ports.ts'
import {
  decodeProviderMessage,
  encodeJobMessage,
  type ProviderMessage,
  type SignedReceipt,
} from '../../src/protocol/wire/job-messages.ts'

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
