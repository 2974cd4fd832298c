import type { GossipsubOpts } from '@libp2p/gossipsub'
import { GOSSIP_TOPIC_NAMES, GOSSIP_TOPICS } from './gossip-topics.ts'
import { MAX_GOSSIP_BYTES, MAX_GOSSIP_OUTBOUND_BYTES } from './network-limits.ts'

export interface GossipSettingsOptions {
  /**
   * Mesh peers of one node. Everyone's only door is the relay, so its mesh is everyone: a smaller one would leave the others to
   * learn of a message from gossip about gossip, seconds later.
   */
  maxMeshPeers: number
  /** The relay, where we know it: it has validated what it forwards, so a wrong clock of ours must not graylist our only door. */
  trustedPeer?: string
}

/** Points a trusted peer starts with; P4 would need 30 bad messages within seconds to eat them. */
const TRUSTED_SCORE = 10_000

/** Gossipsub's settings for our topics: everything it would leave open or off by default, said. */
export function gossipSettings({ maxMeshPeers, trustedPeer }: GossipSettingsOptions): Partial<GossipsubOpts> {
  const topics = GOSSIP_TOPIC_NAMES.map((name) => GOSSIP_TOPICS[name])
  return {
    allowedTopics: topics.map(({ id }) => id),
    globalSignaturePolicy: 'StrictSign',
    emitSelf: false,
    fallbackToFloodsub: false,
    doPX: false,
    runOnLimitedConnection: false,
    // A provider may be alone for now; its next offer reaches whoever has come since.
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    Dhi: maxMeshPeers,
    maxInboundStreams: 1,
    maxOutboundStreams: 1,
    maxInboundDataLength: MAX_GOSSIP_BYTES,
    maxOutboundBufferSize: MAX_GOSSIP_OUTBOUND_BYTES,
    // One entry of a topic costs about 1 KiB.
    maxTopicBytesPerPeer: 4 * 1024,
    // A message with its envelope is at least 400 bytes on every topic, so 64 KiB hold at most 160; ids of what passed in the last seconds are far
    // fewer than 1,000.
    decodeRpcLimits: {
      maxSubscriptions: 4,
      maxMessages: 160,
      maxIhaveMessageIDs: 1_000,
      maxIwantMessageIDs: 1_000,
      maxIdontwantMessageIDs: 1_000,
      maxControlMessages: 16,
      maxPeerInfos: 0,
    },
    scoreParams: {
      // Behind one relay or one NAT, honest peers share an address.
      IPColocationFactorWeight: 0,
      appSpecificScore: (peer: string) => (peer === trustedPeer ? TRUSTED_SCORE : 0),
      appSpecificWeight: 1,
      topics: Object.fromEntries(topics.map(({ id, score }) => [id, score])),
    },
    // Gossipsub's own thresholds, said: three breaches of P4 within seconds (−90) graylist, and decay forgives within a minute, or ten on the topic of roots.
    scoreThresholds: {
      gossipThreshold: -10,
      publishThreshold: -50,
      graylistThreshold: -80,
      acceptPXThreshold: Number.MAX_SAFE_INTEGER,
      opportunisticGraftThreshold: 1,
    },
  }
}
