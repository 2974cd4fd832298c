import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Clock, JobStream, Logger, Network, NetworkStatus, Random } from '../participant/ports.ts'
import { MAX_OFFER_BYTES } from '../protocol/limits.ts'
import { OFFER_TOPIC } from '../protocol/wire/offer.ts'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import { createDialGate } from './dial-gate.ts'
import { frameTooLarge } from './frames.ts'
import { createJobExchange, type JobExchange } from './job-exchange.ts'
import { closed, notStarted, relayUnreachable } from './network-errors.ts'
import { type JudgeOffer, offerValidator } from './offer-gossip.ts'
import { createPageNode, type PageNode } from './page-node.ts'
import { createPeerIdentity, readPeerIdentity } from './peer-identity.ts'
import { createRelayLink, type LinkState, type RelayDoor, type RelayLink } from './relay-link.ts'
import { createRelayDoor } from './relay-slot.ts'

export interface Libp2pNetworkOptions {
  /** Where the relay listens, with its peer id: `/ip4/127.0.0.1/tcp/4501/ws/p2p/12D3…`. */
  relayMultiaddr: string
  /** From `createPeerIdentity`, kept by the caller; a new one for each call if absent. */
  identity?: Uint8Array
  clock: Clock
  random: Random
  logger: Logger
  /**
   * For participants behind NAT: STUN and TURN servers of the deployer's. None by default, because libp2p's are third parties who would
   * learn of every visitor. A function is asked once per connection.
   */
  rtcConfiguration?: RTCConfiguration | (() => RTCConfiguration)
}

interface Running {
  node: PageNode
  link: RelayLink
  jobs: JobExchange
}

/**
 * The network port over js-libp2p: offers by gossip through the relay, jobs over WebRTC. Not started. Runs in a page and in Node.
 * `start` resolves when the first attempt to reach the relay is over, whichever way: the outcome is a status, and after a failure
 * the link goes on trying. `stop` closes every connection before it first awaits, so it may be called from `pagehide`.
 * After `stop` it may be started again. Errors: TypeError for an identity or a relay address that is not one.
 */
export async function createLibp2pNetwork(options: Libp2pNetworkOptions): Promise<Network> {
  const { clock, random, logger, rtcConfiguration = {} } = options
  const privateKey = await readPeerIdentity(options.identity ?? (await createPeerIdentity()))
  const { relay, relayPeer } = parseRelay(options.relayMultiaddr)
  const peerId = peerIdFromPrivateKey(privateKey).toString()

  const statusListeners = new Set<(status: NetworkStatus) => void>()
  const judges = new Set<JudgeOffer>()
  const jobHandlers: ((stream: JobStream) => void)[] = []
  let status: NetworkStatus = { state: 'offline' }
  let running: Running | null = null

  function report(next: NetworkStatus): void {
    status = next
    for (const listener of statusListeners) listener(next)
  }

  function onLink(node: PageNode, state: LinkState): void {
    switch (state.kind) {
      case 'stopped':
        return report({ state: 'offline' })
      case 'opening':
        return report({ state: 'connecting' })
      case 'open':
        logger.info('relay reached', { relay: state.relayPeer })
        return report({ state: 'online', relayPeer: state.relayPeer, peers: node.getPeers().length })
      case 'failing': {
        logger.warn('relay unreachable', { attempt: state.attempt, reason: state.error.message })
        const { message, nextStep } = relayUnreachable(state.error)
        return report({ state: 'unreachable', code: 'network/relay-unreachable', message, nextStep })
      }
      default:
        state satisfies never
    }
  }

  async function launch(): Promise<Running> {
    // The gate belongs to the node, and asks it.
    let gated: { node: PageNode; door: RelayDoor } | null = null
    const gater = createDialGate({
      relay,
      clock,
      mayDialRelay: () => gated?.door.dialling === true,
      connections: (peer) => gated?.node.getConnections(peerIdFromString(peer)) ?? [],
    })
    const node = await createPageNode({
      privateKey,
      relayPeer,
      rtcConfiguration: () => ({
        iceServers: [],
        ...(typeof rtcConfiguration === 'function' ? rtcConfiguration() : rtcConfiguration),
      }),
      gater,
    })
    const door = createRelayDoor(node, relay)
    gated = { node, door }
    node.services.gossip.topicValidators.set(OFFER_TOPIC, offerValidator(judgeByAll(judges)))
    const link = createRelayLink({
      door,
      clock,
      random,
      onState: (state) => onLink(node, state),
    })
    const handler = (): ((stream: JobStream) => void) | null => jobHandlers.at(-1) ?? null
    const jobs = createJobExchange({ node, relay, clock, logger, handler })
    const countPeers = (): void => {
      if (link.state.kind === 'open') onLink(node, link.state)
    }
    node.addEventListener('peer:connect', countPeers)
    node.addEventListener('peer:disconnect', countPeers)
    return { node, link, jobs }
  }

  async function stop(): Promise<void> {
    const last = running
    running = null
    if (last === null) return
    // All of this happens before the first await, because after `pagehide` nothing else does.
    last.link.stop()
    const reason = closed(peerId)
    last.jobs.stop(reason)
    for (const connection of last.node.getConnections()) connection.abort(reason)
    await last.node.stop()
  }

  return {
    peerId,
    async start(signal) {
      signal?.throwIfAborted()
      if (running !== null) return
      const giveUp = (): void => void stop()
      signal?.addEventListener('abort', giveUp)
      try {
        const mine = await launch()
        signal?.throwIfAborted()
        running = mine
        await mine.node.start()
        await mine.jobs.start()
        mine.node.services.gossip.subscribe(OFFER_TOPIC)
        // `stop` may have been called meanwhile.
        if (running === mine) await mine.link.start()
        signal?.throwIfAborted()
      } finally {
        signal?.removeEventListener('abort', giveUp)
      }
    },
    stop,
    onStatus(listener) {
      statusListeners.add(listener)
      listener(status)
      return () => statusListeners.delete(listener)
    },
    async publishOffer(offer) {
      if (offer.length > MAX_OFFER_BYTES) throw frameTooLarge(offer.length, MAX_OFFER_BYTES)
      if (running === null) throw notStarted()
      await running.node.services.gossip.publish(OFFER_TOPIC, offer)
    },
    onOffer(handler: JudgeOffer) {
      judges.add(handler)
      return () => judges.delete(handler)
    },
    async openJob(peer, signal) {
      if (running === null) throw notStarted()
      return await running.jobs.open(peer, signal)
    },
    onJob(handler) {
      jobHandlers.push(handler)
      return () => {
        const index = jobHandlers.indexOf(handler)
        if (index >= 0) jobHandlers.splice(index, 1)
      }
    },
  }
}

/** The worst verdict counts. With nobody to judge, nothing propagates. */
function judgeByAll(judges: ReadonlySet<JudgeOffer>): JudgeOffer {
  return (offer, publisher) => {
    const verdicts = [...judges].map((judge): MessageVerdict => judge(offer, publisher))
    return (
      verdicts.find(({ verdict }) => verdict === 'reject') ??
      verdicts.find(({ verdict }) => verdict === 'ignore') ??
      verdicts[0] ??
      ignore('offer/nobody-listens')
    )
  }
}

function parseRelay(text: string): { relay: Multiaddr; relayPeer: string } {
  const relay = multiaddr(text)
  const relayPeer = relay.getComponents().findLast(({ name }) => name === 'p2p')?.value
  if (relayPeer === undefined) throw new TypeError('the relay address must end with /p2p/ and the relay’s peer id')
  return { relay, relayPeer }
}
