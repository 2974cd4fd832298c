import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type {
  Clock,
  GossipTopic,
  Logger,
  NetworkStatus,
  PeerStream,
  Random,
  StreamProtocol,
} from '../participant/ports.ts'
import { GOSSIP_TOPIC_NAMES, GOSSIP_TOPICS } from './gossip-topics.ts'
import { gossipValidator } from './gossip-validator.ts'
import { closed, relayUnreachable } from './network-errors.ts'
import { createPageGate } from './page-gate.ts'
import { createPageNode, type PageNode } from './page-node.ts'
import { createRelayDoor } from './relay-door.ts'
import { createRelayLink, type LinkState, type RelayDoor } from './relay-link.ts'
import { createStreamExchange } from './stream-exchange.ts'
import type { StreamHandlers } from './stream-handlers.ts'
import type { TopicJudges } from './topic-judges.ts'

export interface PageSessionOptions {
  privateKey: PrivateKey
  relay: Multiaddr
  relayPeer: string
  rtcConfiguration: () => RTCConfiguration
  clock: Clock
  random: Random
  logger: Logger
  judges: Pick<TopicJudges, 'of'>
  handlers: Pick<StreamHandlers, 'newest'>
  onStatus: (status: NetworkStatus) => void
}

/** One libp2p node from start to stop, with its link to the relay and its streams. It is not started again. */
export interface PageSession {
  /** Resolves when the first attempt to reach the relay is over. */
  start(): Promise<void>
  /** Everything that others can notice happens before the first await. */
  stop(): Promise<void>
  publish(topic: GossipTopic, message: Uint8Array): Promise<void>
  openStream(peerId: string, protocol: StreamProtocol, signal?: AbortSignal): Promise<PeerStream>
}

export async function createPageSession(options: PageSessionOptions): Promise<PageSession> {
  const { privateKey, relay, relayPeer, rtcConfiguration, clock, random, logger, onStatus } = options
  let stopped = false
  // The gate belongs to the node, and asks it.
  let gated: { node: PageNode; door: RelayDoor } | null = null
  const gater = createPageGate({
    relay,
    clock,
    mayDialRelay: () => gated?.door.dialling === true,
    connections: (peer) => gated?.node.getConnections(peerIdFromString(peer)) ?? [],
  })
  const node = await createPageNode({ privateKey, relayPeer, rtcConfiguration, gater })
  const door = createRelayDoor(node, relay)
  gated = { node, door }
  for (const topic of GOSSIP_TOPIC_NAMES) {
    node.services.gossip.topicValidators.set(GOSSIP_TOPICS[topic].id, gossipValidator(options.judges.of(topic)))
  }
  const streams = createStreamExchange({ node, relay, clock, logger, handlers: options.handlers })
  const link = createRelayLink({ door, clock, random, onState: report })
  const countPeers = (): void => {
    if (link.state.kind === 'open') onStatus(statusOf(link.state, node.getPeers().length))
  }
  node.addEventListener('peer:connect', countPeers)
  node.addEventListener('peer:disconnect', countPeers)

  function report(state: LinkState): void {
    if (state.kind === 'open') logger.info('relay reached', { relay: state.relayPeer })
    if (state.kind === 'failing') {
      logger.warn('relay unreachable', { attempt: state.attempt, reason: state.error.message })
    }
    onStatus(statusOf(state, node.getPeers().length))
  }

  return {
    async start() {
      await node.start()
      await streams.start()
      for (const topic of GOSSIP_TOPIC_NAMES) node.services.gossip.subscribe(GOSSIP_TOPICS[topic].id)
      if (!stopped) await link.start()
    },
    async stop() {
      stopped = true
      link.stop()
      const reason = closed(node.peerId.toString())
      streams.stop(reason)
      for (const connection of node.getConnections()) connection.abort(reason)
      await node.stop()
    },
    async publish(topic, message) {
      await node.services.gossip.publish(GOSSIP_TOPICS[topic].id, message)
    },
    openStream: (peerId, protocol, signal) => streams.open(peerId, protocol, signal),
  }
}

function statusOf(state: LinkState, peers: number): NetworkStatus {
  switch (state.kind) {
    case 'stopped':
      return { state: 'offline' }
    case 'opening':
      return { state: 'connecting' }
    case 'open':
      return { state: 'online', relayPeer: state.relayPeer, peers }
    case 'failing': {
      const { message, nextStep } = relayUnreachable(state.error)
      return { state: 'unreachable', code: 'network/relay-unreachable', message, nextStep }
    }
    default:
      return state satisfies never
  }
}
