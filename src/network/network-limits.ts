import type { StreamProtocol } from '../participant/ports.ts'

/** Every cap of the network adapter and of the relay's side of it, each with its reason. Caps on messages are in protocol/limits.ts. */

/** Frames a stream keeps unread. The largest honest burst is four credited segments: 4 × (32 token messages + 1), twice over. */
export const MAX_UNREAD_FRAMES = 512

/** Bytes a stream keeps unread: four of the largest frames, because a WebRTC stream cannot ask its sender to wait. */
export const MAX_UNREAD_BYTES = 4 * (2 * 32_768 * 5 + 1_024)

/** Longest wait for room in the transport's buffer; a link that takes nothing for this long will not take it at all. */
export const WRITE_DEADLINE_MS = 10_000

/** Longest wait for a stream: relay hop, SDP exchange and ICE take 0.2 s on loopback and about 2 s across an ocean. */
export const OPEN_STREAM_DEADLINE_MS = 12_000

/** Longest wait for the relay: TLS, noise, reservation and the gossip subscription are about eight round trips. */
export const OPEN_RELAY_DEADLINE_MS = 10_000

/** First and longest pause before the relay is tried again; each failure doubles it. */
export const BACKOFF_BASE_MS = 500
export const BACKOFF_CAP_MS = 15_000

/** A relay that kept us this long has recovered: the next pause starts small again. */
export const BACKOFF_RESET_MS = 10_000

/** Places for one kind of stream. */
export interface StreamLimits {
  /** Inbound streams from one peer, over all its connections. */
  inboundPerPeer: number
  /** Inbound streams in all. */
  inbound: number
  /**
   * Streams that libp2p keeps on one connection, each way: more than may be served, because it counts a stream until both ends have
   * acknowledged its end.
   */
  perConnection: number
}

/** Each kind counts alone: whoever floods one of them takes no place of another. */
export const STREAM_LIMITS: Readonly<Record<StreamProtocol, StreamLimits>> = {
  // From one peer: one that runs and one that is being refused. In all: a provider computes a few jobs, the rest are told that it is busy.
  job: { inboundPerPeer: 2, inbound: 16, perConnection: 16 },
  // From one peer: one per drawn answer, and an answer's asker draws again only after a verifier failed it. In all: a verifier checks one
  // at a time and tells the rest that it is busy.
  audit: { inboundPerPeer: 2, inbound: 8, perConnection: 16 },
  // From one peer: one download and one that replaces a lost one. In all: the MAX_DRAWN_VERIFIERS of one audit come at the same moment, and
  // beside them those of another; a bundle is some 100 KiB, so this is a few MiB to send.
  evidence: { inboundPerPeer: 2, inbound: 24, perConnection: 16 },
}

/** Connections of one page: every WebRTC connection costs a tab threads and memory, and Chrome allows about 500 in its life. */
export const MAX_PAGE_CONNECTIONS = 32

/** WebRTC connections that strangers may open to us: a burst, then one every so often, because of Chrome's 500. */
export const INBOUND_DIAL_BURST = 16
export const INBOUND_DIAL_INTERVAL_MS = 2_000

/** The relayed connection has done its work once WebRTC is up; the other side may need this long to notice. */
export const SIGNALLING_LINGER_MS = 5_000

/** Longest wait for an initiator to finish signalling before its WebRTC connection is used: a few trips over the relay. */
export const SIGNALLING_SETTLE_MS = 2_000

/** Streams of one yamux connection, in each direction: identify, ping, gossip and a handful of circuits. The default is 1,000. */
export const MAX_YAMUX_STREAMS = 32

/** Window of one yamux stream: signalling and gossip are small, and 32 such windows bound a connection to 8 MiB. The default is 16 MiB. */
export const YAMUX_WINDOW_BYTES = 256 * 1024

/** Bytes waiting in one RTCDataChannel before writes are paused; a window of 1 MiB fills 100 Mbit/s at 80 ms. */
export const MAX_DATA_CHANNEL_BUFFER_BYTES = 1024 * 1024

/** One gossip message with its envelope; an offer is 2 KiB at most, and control messages of a full mesh fit. */
export const MAX_GOSSIP_BYTES = 64 * 1024

/** Gossip waiting for one slow peer; above it newer messages to it are dropped. */
export const MAX_GOSSIP_OUTBOUND_BYTES = 256 * 1024
