import { type GossipsubOpts, type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { TopicScoreParams } from '@libp2p/gossipsub/score'
import type { PeerId } from '@libp2p/interface'
import { OFFER_TOPIC } from '../protocol/wire/offer.ts'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import { MAX_GOSSIP_BYTES, MAX_GOSSIP_OUTBOUND_BYTES } from './network-limits.ts'

export interface OfferGossipOptions {
  /**
   * Mesh peers of one node. Everyone's only door is the relay, so its mesh is everyone: a smaller one would leave the others to
   * learn of an offer from gossip about gossip, seconds later.
   */
  maxMeshPeers: number
  /** The relay, where we know it: it has validated what it forwards, so a wrong clock of ours must not graylist our only door. */
  trustedPeer?: string
}

/** Points a trusted peer starts with; P4 below would need 100 bad offers at once to eat them. */
const TRUSTED_SCORE = 10_000

/** Gossipsub's settings for the offer topic: everything it would leave open or off by default, said. */
export function offerGossip({ maxMeshPeers, trustedPeer }: OfferGossipOptions): Partial<GossipsubOpts> {
  return {
    allowedTopics: [OFFER_TOPIC],
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
    // One topic, and one entry of it costs about 1 KiB.
    maxTopicBytesPerPeer: 4 * 1024,
    // An offer is at least 400 bytes, so 64 KiB hold at most 160; ids of what passed in the last seconds are far fewer than 1,000.
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
      topics: { [OFFER_TOPIC]: OFFER_TOPIC_SCORE },
    },
    // Gossipsub's own thresholds, said: three breaches of P4 within seconds (−90) graylist, and decay forgives within a minute.
    scoreThresholds: {
      gossipThreshold: -10,
      publishThreshold: -50,
      graylistThreshold: -80,
      acceptPXThreshold: Number.MAX_SAFE_INTEGER,
      opportunisticGraftThreshold: 1,
    },
  }
}

const OFFER_TOPIC_SCORE = {
  topicWeight: 1,
  // P1, time in mesh: at most 1 point, reached after 5 minutes.
  timeInMeshWeight: 1 / 300,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  // P2, first deliveries: at most 5 points, halved every 7 s.
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 10,
  // P3, expected deliveries, is off: a topic may be silent for minutes.
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 0,
  meshMessageDeliveriesActivation: 60_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  // P4, invalid messages: the square of the count, halved every 7 s.
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.9,
} satisfies TopicScoreParams

/** `source` is the peer that handed the message on; the publisher is who made it. */
export type JudgeOffer = (offer: Uint8Array, publisher: string, source: string) => MessageVerdict

/** What gossipsub calls before it propagates a message. `onVerdict` hears every one of them. */
export function offerValidator(judge: JudgeOffer, onVerdict?: (verdict: MessageVerdict, source: string) => void) {
  return (source: PeerId, message: Message): TopicValidatorResult => {
    // StrictSign has checked that the publisher signed; an unsigned message never comes this far.
    const verdict =
      message.type === 'signed'
        ? judge(message.data, message.from.toString(), source.toString())
        : ignore('offer/unsigned')
    onVerdict?.(verdict, source.toString())
    return toValidatorResult(verdict)
  }
}

function toValidatorResult({ verdict }: MessageVerdict): TopicValidatorResult {
  switch (verdict) {
    case 'accept':
      return TopicValidatorResult.Accept
    case 'ignore':
      return TopicValidatorResult.Ignore
    case 'reject':
      return TopicValidatorResult.Reject
    default:
      return verdict satisfies never
  }
}
