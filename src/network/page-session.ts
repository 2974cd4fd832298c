import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock, JobStream, Logger, NetworkStatus, Random } from '../participant/ports.ts'
import { OFFER_TOPIC } from '../protocol/wire/offer.ts'
import { createJobExchange } from './job-exchange.ts'
import { closed, relayUnreachable } from './network-errors.ts'
import { type JudgeOffer, offerValidator } from './offer-gossip.ts'
import { createPageGate } from './page-gate.ts'
import { createPageNode, type PageNode } from './page-node.ts'
import { createRelayDoor } from './relay-door.ts'
import { createRelayLink, type LinkState, type RelayDoor } from './relay-link.ts'

export interface PageSessionOptions {
  privateKey: PrivateKey
  relay: Multiaddr
  relayPeer: string
  rtcConfiguration: () => RTCConfiguration
  clock: Clock
  random: Random
  logger: Logger
  judge: JudgeOffer
  jobHandler: () => ((stream: JobStream) => void) | null
  onStatus: (status: NetworkStatus) => void
}

/** One libp2p node from start to stop, with its link to the relay and its job streams. It is not started again. */
export interface PageSession {
  /** Resolves when the first attempt to reach the relay is over. */
  start(): Promise<void>
  /** Everything that others can notice happens before the first await. */
  stop(): Promise<void>
  publishOffer(offer: Uint8Array): Promise<void>
  openJob(peerId: string, signal?: AbortSignal): Promise<JobStream>
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
  node.services.gossip.topicValidators.set(OFFER_TOPIC, offerValidator(options.judge))
  const jobs = createJobExchange({ node, relay, clock, logger, handler: options.jobHandler })
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
      await jobs.start()
      node.services.gossip.subscribe(OFFER_TOPIC)
      if (!stopped) await link.start()
    },
    async stop() {
      stopped = true
      link.stop()
      const reason = closed(node.peerId.toString())
      jobs.stop(reason)
      for (const connection of node.getConnections()) connection.abort(reason)
      await node.stop()
    },
    async publishOffer(offer) {
      await node.services.gossip.publish(OFFER_TOPIC, offer)
    },
    openJob: (peerId, signal) => jobs.open(peerId, signal),
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
