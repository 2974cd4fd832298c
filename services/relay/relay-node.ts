import { type CircuitRelayService, circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { gossipSettings } from '../../src/network/gossip-settings.ts'
import { IDENTIFY_LIMITS } from '../../src/network/identify-limits.ts'
import { yamuxLimits } from '../../src/network/yamux-limits.ts'
import {
  HOP_TIMEOUT_MS,
  MAX_CIRCUIT_BYTES,
  MAX_CIRCUIT_MS,
  MAX_CIRCUITS_PER_CONNECTION,
  MAX_CONNECTIONS,
  MAX_NEW_CONNECTIONS_PER_HOST_AND_SECOND,
  MAX_PENDING_CONNECTIONS,
  RESERVATION_TTL_MS,
} from './relay-limits.ts'

export type RelayNode = Libp2p<{ identify: Identify; circuit: CircuitRelayService; gossip: GossipSub }>

export interface RelayNodeOptions {
  privateKey: PrivateKey
  listen: string
  announce: string[]
  gater: ConnectionGater
  maxReservations: number
}

/** The relay's libp2p node, not started: WebSocket in, circuits and gossip through, nothing out. */
export async function createRelayNode({
  privateKey,
  listen,
  announce,
  gater,
  maxReservations,
}: RelayNodeOptions): Promise<RelayNode> {
  return await createLibp2p({
    start: false,
    privateKey,
    nodeInfo: { name: 'locus-relay', version: '1', userAgent: 'locus-relay/1' },
    addresses: { listen: [listen], announce },
    transports: [webSockets({ maxBufferedAmount: 1024 * 1024 })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(yamuxLimits())],
    connectionGater: gater,
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: MAX_NEW_CONNECTIONS_PER_HOST_AND_SECOND,
      maxIncomingPendingConnections: MAX_PENDING_CONNECTIONS,
      inboundUpgradeTimeout: 5_000,
      inboundStreamProtocolNegotiationTimeout: 5_000,
      reconnectRetries: 0,
      resolvers: {},
    },
    connectionMonitor: { enabled: true, pingInterval: 10_000, abortConnectionOnPingFailure: true },
    services: {
      identify: identify(IDENTIFY_LIMITS),
      circuit: circuitRelayServer({
        hopTimeout: HOP_TIMEOUT_MS,
        maxInboundHopStreams: MAX_CIRCUITS_PER_CONNECTION,
        maxOutboundStopStreams: MAX_CIRCUITS_PER_CONNECTION,
        reservations: {
          maxReservations,
          reservationTtl: RESERVATION_TTL_MS,
          defaultDataLimit: BigInt(MAX_CIRCUIT_BYTES),
          defaultDurationLimit: MAX_CIRCUIT_MS,
        },
      }),
      gossip: gossipsub(gossipSettings({ maxMeshPeers: MAX_CONNECTIONS })),
    },
  })
}
