import type { Connection, ConnectionGater } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../participant/ports.ts'
import { INBOUND_DIAL_BURST, INBOUND_DIAL_INTERVAL_MS } from './network-limits.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { signallingSettled } from './signalling.ts'
import { mendWebSocketReset } from './websocket-reset.ts'

export interface PageGateOptions {
  relay: Multiaddr
  clock: Pick<Clock, 'now' | 'after'>
  /** Whether the relay itself may be dialled now. */
  mayDialRelay: () => boolean
  /** The node's connections to a peer. */
  connections: (peerId: string) => Connection[]
}

/**
 * A page dials its relay, and other participants through it, and nothing else, whatever addresses a peer may claim to have.
 * (libp2p's own browser gate would refuse a relay on a private address, and let everything public pass.)
 */
export function createPageGate({ relay, clock, mayDialRelay, connections }: PageGateOptions): ConnectionGater {
  const door = relay.toString()
  const inbound = createRateLimiter({
    burst: INBOUND_DIAL_BURST,
    intervalMs: INBOUND_DIAL_INTERVAL_MS,
    maxKeys: 1,
    clock,
  })
  return {
    denyDialMultiaddr: (address) => {
      const asked = address.toString()
      // libp2p would redial a relay at once and for ever, even while it is being stopped; relay-link.ts decides when.
      return asked === door ? !mayDialRelay() : !asked.startsWith(`${door}/p2p-circuit`)
    },
    // One bucket for all: peer ids are free, Chrome's 500 connections per tab are not.
    denyInboundRelayedConnection: () => !inbound.take('all'),
    // Denies nothing: it is where the socket can be reached.
    denyOutboundConnection: (_peer, connection) => {
      mendWebSocketReset(connection)
      return false
    },
    // Denies nothing: it is where an inbound connection can be made to wait.
    denyInboundConnection: async ({ remoteAddr }) => {
      const [transport, peer] = remoteAddr.getComponents()
      if (transport?.name === 'webrtc' && peer?.value !== undefined) {
        await signallingSettled(connections(peer.value), clock)
      }
      return false
    },
  }
}
