import type { TopicScoreParams } from '@libp2p/gossipsub/score'
import type { GossipTopic } from '../participant/ports.ts'
import { MAX_OFFER_BYTES, MAX_ROOT_BYTES } from '../protocol/limits.ts'
import { OFFER_TOPIC } from '../protocol/wire/offer.ts'
import { ROOT_TOPIC } from '../protocol/wire/root-announcement.ts'

export interface TopicSettings {
  /** What it is called on the wire. */
  id: string
  maxBytes: number
  score: TopicScoreParams
}

/** What every topic is scored by; a row below says what differs. */
const SCORE = {
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

export const GOSSIP_TOPICS: Readonly<Record<GossipTopic, TopicSettings>> = {
  offers: { id: OFFER_TOPIC, maxBytes: MAX_OFFER_BYTES, score: SCORE },
  roots: {
    id: ROOT_TOPIC,
    maxBytes: MAX_ROOT_BYTES,
    // A participant announces two roots a minute, so what is earned and what is forgiven halves in 69 s: within 7 s a forger of one root
    // a minute would never be remembered.
    score: { ...SCORE, firstMessageDeliveriesDecay: 0.99, invalidMessageDeliveriesDecay: 0.99 },
  },
}

export const GOSSIP_TOPIC_NAMES = Object.keys(GOSSIP_TOPICS) as GossipTopic[]
