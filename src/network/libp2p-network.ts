import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Clock, Logger, Network, NetworkStatus, Random } from '../participant/ports.ts'
import { frameTooLarge } from './frames.ts'
import { GOSSIP_TOPICS } from './gossip-topics.ts'
import { notStarted } from './network-errors.ts'
import { createPageSession, type PageSession } from './page-session.ts'
import { createPeerIdentity, readPeerIdentity } from './peer-identity.ts'
import { createStreamHandlers } from './stream-handlers.ts'
import { createTopicJudges } from './topic-judges.ts'

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

type State =
  | { kind: 'stopped' }
  | { kind: 'launching'; started: Promise<void> }
  | { kind: 'running'; session: PageSession; started: Promise<void> }

/**
 * The network port over js-libp2p: offers and roots by gossip through the relay, streams over WebRTC. Not started. Runs in a page and in Node.
 * `start` resolves when the first attempt to reach the relay is over, whichever way: the outcome is a status, and after a failure
 * the link goes on trying. `stop` closes every connection before it first awaits, so it may be called from `pagehide`.
 * After `stop` it may be started again. Errors: TypeError for an identity or a relay address that is not one.
 */
export async function createLibp2pNetwork(options: Libp2pNetworkOptions): Promise<Network> {
  const { clock, random, logger, rtcConfiguration = {} } = options
  const privateKey = await readPeerIdentity(options.identity ?? (await createPeerIdentity()))
  const address = parseRelay(options.relayMultiaddr)

  const statusListeners = new Set<(status: NetworkStatus) => void>()
  const judges = createTopicJudges()
  const handlers = createStreamHandlers()
  let status: NetworkStatus = { state: 'offline' }
  let state: State = { kind: 'stopped' }

  function report(next: NetworkStatus): void {
    status = next
    for (const listener of statusListeners) listener(next)
  }

  function launch(): Promise<PageSession> {
    return createPageSession({
      privateKey,
      ...address,
      clock,
      random,
      logger,
      rtcConfiguration: () => ({
        iceServers: [],
        ...(typeof rtcConfiguration === 'function' ? rtcConfiguration() : rtcConfiguration),
      }),
      judges,
      handlers,
      onStatus: report,
    })
  }

  async function run(mine: State & { kind: 'launching' }): Promise<void> {
    const session = await launch()
    // `stop` may have been called meanwhile; then this session never starts.
    if (state !== mine) return
    state = { kind: 'running', session, started: mine.started }
    await session.start()
  }

  async function stop(): Promise<void> {
    const last = state
    state = { kind: 'stopped' }
    if (last.kind === 'running') await last.session.stop()
  }

  function requireSession(): PageSession {
    if (state.kind !== 'running') throw notStarted()
    return state.session
  }

  return {
    peerId: peerIdFromPrivateKey(privateKey).toString(),
    async start(signal) {
      signal?.throwIfAborted()
      if (state.kind === 'stopped') {
        const mine: State & { kind: 'launching' } = { kind: 'launching', started: Promise.resolve() }
        state = mine
        mine.started = run(mine).catch(async (error: unknown) => {
          await stop()
          throw error
        })
      }
      const giveUp = (): void => void stop()
      signal?.addEventListener('abort', giveUp)
      try {
        await state.started
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
    async publish(topic, message) {
      const { maxBytes } = GOSSIP_TOPICS[topic]
      if (message.length > maxBytes) throw frameTooLarge(message.length, maxBytes)
      await requireSession().publish(topic, message)
    },
    onGossip: (topic, handler) => judges.add(topic, handler),
    async openStream(peer, protocol, signal) {
      return await requireSession().openStream(peer, protocol, signal)
    },
    onStream: (protocol, handler) => handlers.add(protocol, handler),
  }
}

function parseRelay(text: string): { relay: Multiaddr; relayPeer: string } {
  const relay = multiaddr(text)
  const relayPeer = relay.getComponents().findLast(({ name }) => name === 'p2p')?.value
  if (relayPeer === undefined) throw new TypeError('the relay address must end with /p2p/ and the relay’s peer id')
  return { relay, relayPeer }
}
