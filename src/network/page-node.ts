import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { gossipSettings } from './gossip-settings.ts'
import { IDENTIFY_LIMITS } from './identify-limits.ts'
import { MAX_DATA_CHANNEL_BUFFER_BYTES, MAX_PAGE_CONNECTIONS, OPEN_STREAM_DEADLINE_MS } from './network-limits.ts'
import { type ListenControl, listenControl } from './relay-door.ts'
import { yamuxLimits } from './yamux-limits.ts'

export type PageNode = Libp2p<{ identify: Identify; gossip: GossipSub; listen: ListenControl }>

export interface PageNodeOptions {
  privateKey: PrivateKey
  relayPeer: string
  /** Must name its `iceServers`, be it none: libp2p adds third parties' where they are left out. */
  rtcConfiguration: () => RTCConfiguration
  gater: ConnectionGater
}

/** The libp2p node of a page, not started. The same in a browser and in Node, where WebRTC comes from node-datachannel. */
export async function createPageNode({
  privateKey,
  relayPeer,
  rtcConfiguration,
  gater,
}: PageNodeOptions): Promise<PageNode> {
  return await createLibp2p({
    start: false,
    privateKey,
    // What others learn of us by identify; the default would name the browser.
    nodeInfo: { name: 'locus', version: '1', userAgent: 'locus/1' },
    addresses: { listen: ['/webrtc'] },
    transports: [
      webSockets(),
      webRTC({
        rtcConfiguration,
        dataChannel: { maxBufferedAmount: MAX_DATA_CHANNEL_BUFFER_BYTES },
        maxEarlyStreams: 4,
      }),
      circuitRelayTransport({ maxInboundStopStreams: 16, maxOutboundStopStreams: 16 }),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(yamuxLimits())],
    connectionGater: gater,
    connectionManager: {
      maxConnections: MAX_PAGE_CONNECTIONS,
      maxParallelDials: 4,
      maxDialQueueLength: 16,
      maxPeerAddrsToDial: 2,
      dialTimeout: OPEN_STREAM_DEADLINE_MS,
      addressDialTimeout: OPEN_STREAM_DEADLINE_MS,
      maxIncomingPendingConnections: 8,
      // relay-link.ts decides when to try again.
      reconnectRetries: 0,
      // The default resolves /dnsaddr by asking third parties over HTTPS; the browser resolves the relay's name itself.
      resolvers: {},
    },
    // Notices a relay that vanished without closing; streams have their own, faster heartbeat.
    connectionMonitor: { enabled: true, pingInterval: 10_000, abortConnectionOnPingFailure: true },
    services: {
      identify: identify(IDENTIFY_LIMITS),
      gossip: gossipsub(gossipSettings({ maxMeshPeers: MAX_PAGE_CONNECTIONS, trustedPeer: relayPeer })),
      listen: listenControl,
    },
  })
}
