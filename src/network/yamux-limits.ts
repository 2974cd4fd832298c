import type { YamuxMuxerInit } from '@libp2p/yamux'
import { MAX_YAMUX_STREAMS, YAMUX_WINDOW_BYTES } from './network-limits.ts'

/** The same caps on both ends of a relay connection. */
export function yamuxLimits(maxStreams: number = MAX_YAMUX_STREAMS): YamuxMuxerInit {
  return {
    maxInboundStreams: maxStreams,
    maxOutboundStreams: maxStreams,
    maxEarlyStreams: 4,
    streamOptions: {
      initialStreamWindowSize: YAMUX_WINDOW_BYTES,
      maxStreamWindowSize: YAMUX_WINDOW_BYTES,
      maxReadBufferLength: 2 * YAMUX_WINDOW_BYTES,
      maxWriteBufferLength: 4 * YAMUX_WINDOW_BYTES,
    },
  }
}
