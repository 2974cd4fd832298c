import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Clock, JobStream, Logger, Network, NetworkStatus, Random } from '../participant/ports.ts'
import { MAX_OFFER_BYTES } from '../protocol/limits.ts'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import { frameTooLarge } from './frames.ts'
import { notStarted } from './network-errors.ts'
import type { JudgeOffer } from './offer-gossip.ts'
import { createPageSession, type PageSession } from './page-session.ts'
import { createPeerIdentity, readPeerIdentity } from './peer-identity.ts'

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
 * The network port over js-libp2p: offers by gossip through the relay, jobs over WebRTC. Not started. Runs in a page and in Node.
 * `start` resolves when the first attempt to reach the relay is over, whichever way: the outcome is a status, and after a failure
 * the link goes on trying. `stop` closes every connection before it first awaits, so it may be called from `pagehide`.
 * After `stop` it may be started again. Errors: TypeError for an identity or a relay address that is not one.
 */
export async function createLibp2pNetwork(options: Libp2pNetworkOptions): Promise<Network> {
  const { clock, random, logger, rtcConfiguration = {} } = options
  const privateKey = await readPeerIdentity(options.identity ?? (await createPeerIdentity()))
  const address = parseRelay(options.relayMultiaddr)

  const statusListeners = new Set<(status: NetworkStatus) => void>()
  const judges = new Set<JudgeOffer>()
  const jobHandlers: ((stream: JobStream) => void)[] = []
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
      judge: judgeByAll(judges),
      jobHandler: () => jobHandlers.at(-1) ?? null,
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
    async publishOffer(offer) {
      if (offer.length > MAX_OFFER_BYTES) throw frameTooLarge(offer.length, MAX_OFFER_BYTES)
      await requireSession().publishOffer(offer)
    },
    onOffer(handler: JudgeOffer) {
      judges.add(handler)
      return () => judges.delete(handler)
    },
    async openJob(peer, signal) {
      return await requireSession().openJob(peer, signal)
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
  return (offer, publisher, source) => {
    const verdicts = [...judges].map((judge): MessageVerdict => judge(offer, publisher, source))
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
