/** The world beyond this device: other participants, and the beacon. `ports.ts` gives these on, with all other ports. */
import type { BeaconRound, DrandChain } from '../protocol/selection/beacon.ts'
import type { MessageVerdict } from '../protocol/wire/verdict.ts'
import type { Unsubscribe } from './ports.ts'

export interface ConnectionInfo {
  transport: 'webrtc' | 'webrtc-direct' | 'websocket' | 'memory' | 'circuit'
  /** True while bytes still pass a relay that counts them. */
  limited: boolean
  remoteAddr: string
}

/** What a stream is for. Each kind has its own places, so that none of them takes another's. */
export type StreamProtocol = 'job' | 'audit' | 'evidence'

/** A framed, heart-beaten stream. Frames are whole messages of at most MAX_JOB_FRAME_BYTES, whatever the protocol. */
export interface PeerStream {
  readonly remotePeer: string
  readonly connection: ConnectionInfo
  /** Resolves when the frame is handed to the transport; rejects `network/peer-lost | network/closed`. */
  send(frame: Uint8Array): Promise<void>
  /** Ends when the peer closed cleanly; throws `network/peer-lost` after HEARTBEAT_SUSPECT_MS of silence. Iterate once. */
  readonly frames: AsyncIterable<Uint8Array>
  close(): Promise<void>
  abort(reason: Error): void
}

export type NetworkStatus =
  | { state: 'offline' }
  | { state: 'connecting' }
  | { state: 'online'; relayPeer: string /** Peers with an open connection, the relay included. */; peers: number }
  | { state: 'unreachable'; code: 'network/relay-unreachable'; message: string; nextStep: string }

/** What strangers tell everybody. Each topic has its own cap on bytes and its own score. */
export type GossipTopic = 'offers' | 'roots'

/** Errors: every `network/*` code. */
export interface Network {
  readonly peerId: string
  start(signal?: AbortSignal): Promise<void>
  stop(): Promise<void>
  onStatus(listener: (status: NetworkStatus) => void): Unsubscribe
  /** Gossips an encoded message of at most the topic's cap: MAX_OFFER_BYTES, MAX_ROOT_BYTES. */
  publish(topic: GossipTopic, message: Uint8Array): Promise<void>
  /**
   * The handler judges each message before it propagates; `publisher` is the authenticated peer id that signed the gossip message.
   * With several handlers the worst verdict counts; with none nothing propagates.
   */
  onGossip(topic: GossipTopic, handler: (message: Uint8Array, publisher: string) => MessageVerdict): Unsubscribe
  /** Always over a direct connection. A peer that nobody serves `protocol` on, or whose places are taken, refuses. */
  openStream(peerId: string, protocol: StreamProtocol, signal?: AbortSignal): Promise<PeerStream>
  /** The newest handler of a protocol gets its streams; without one they are refused. */
  onStream(protocol: StreamProtocol, handler: (stream: PeerStream) => void): Unsubscribe
}

// ---------------------------------------------------------------- beacon

/**
 * Public randomness that nobody knows before its time (protocol.md §5.6). Its server is never trusted: what comes out is signed by the
 * chain. Errors: every `beacon/*` code.
 */
export interface Beacon {
  readonly chain: DrandChain
  /**
   * That round, verified. Waits until it is due, however long that is, then asks for it for some 30 s. Rejects with the reason of
   * `signal`, and with RangeError for what is no round.
   */
  round(round: number, signal?: AbortSignal): Promise<BeaconRound>
  /**
   * Whether the chain's operators signed this round, whoever handed it over. Some 30 ms when it was not seen before. Rejects only with
   * `beacon/unreachable`, when the code for it cannot be loaded: then nobody knows.
   */
  isRound(round: BeaconRound): Promise<boolean>
}
