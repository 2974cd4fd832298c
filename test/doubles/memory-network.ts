import { frameTooLarge } from '../../src/network/frames.ts'
import { GOSSIP_TOPICS } from '../../src/network/gossip-topics.ts'
import { createInboundStreams, type InboundStreams } from '../../src/network/inbound-streams.ts'
import { closed, notStarted, peerUnreachable, relayUnreachable } from '../../src/network/network-errors.ts'
import { OPEN_STREAM_DEADLINE_MS, STREAM_LIMITS } from '../../src/network/network-limits.ts'
import { createPeerStream } from '../../src/network/peer-stream.ts'
import { createStreamHandlers, type StreamHandlers } from '../../src/network/stream-handlers.ts'
import { createTopicJudges, type TopicJudges } from '../../src/network/topic-judges.ts'
import type {
  Clock,
  GossipTopic,
  Network,
  NetworkStatus,
  PeerStream,
  StreamProtocol,
} from '../../src/participant/ports.ts'
import { judgeOffer } from '../../src/protocol/wire/offer.ts'
import { judgeRootAnnouncement } from '../../src/protocol/wire/root-announcement.ts'
import type { MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import { createMemoryPipe } from './memory-pipe.ts'

export interface MemoryHubOptions {
  /** Time of every network that brings no clock of its own. */
  clock: Clock
}

/**
 * Several networks in one process, with a relay that validates gossip as the real one does. Streams are the real ones over a pipe
 * in memory, so frames, heartbeats and caps are not imitated. Bytes arrive in a microtask after they were sent.
 */
export interface MemoryHub {
  /** A network that is not started. `peerId` must not be taken. */
  join(peerId: string, clock?: Clock): Network
  /** Nothing passes to or from this peer any more, and nobody is told: a pulled cable. Ends with `heal`. */
  sever(peerId: string): void
  heal(peerId: string): void
  /** The peer's page is closed: everybody connected to it is told at once. */
  kill(peerId: string): void
  /** The relay goes or comes back: no gossip, no new connections; what is connected stays. */
  setRelay(up: boolean): void
  /** Messages that the relay did not pass on, with their verdicts. */
  readonly refused: { publisher: string; code: string }[]
}

interface Member {
  network: Network
  judges: TopicJudges
  handlers: StreamHandlers
  live: Map<PeerStream, string>
  admission: Record<StreamProtocol, InboundStreams>
  clock: Clock
  started: boolean
  report(): void
}

const RELAY_PEER = 'memory-relay'

/** What the relay passes on, by topic. */
const JUDGES: Record<GossipTopic, (message: Uint8Array, publisher: string, nowMs: number) => MessageVerdict> = {
  offers: (message, publisher, nowMs) => judgeOffer(message, publisher, nowMs).verdict,
  roots: (message, publisher, nowMs) => judgeRootAnnouncement(message, publisher, nowMs).verdict,
}

export function createMemoryHub({ clock: hubClock }: MemoryHubOptions): MemoryHub {
  const members = new Map<string, Member>()
  const severed = new Set<string>()
  const refused: { publisher: string; code: string }[] = []
  let relayUp = true

  const isCut = (a: string, b: string): boolean => severed.has(a) || severed.has(b)
  const canHear = (peerId: string): boolean => relayUp && !severed.has(peerId)

  function passOn(topic: GossipTopic, message: Uint8Array, publisher: string): void {
    if (!canHear(publisher)) return
    const verdict = JUDGES[topic](message, publisher, hubClock.now())
    if (verdict.verdict !== 'accept') {
      refused.push({ publisher, code: verdict.code })
      return
    }
    for (const [peerId, member] of members) {
      if (peerId === publisher || !member.started || !canHear(peerId)) continue
      member.judges.of(topic)(message.slice(), publisher, RELAY_PEER)
    }
  }

  function adopt(member: Member, remotePeer: string, bytes: ReturnType<typeof createMemoryPipe>[0], onEnd: () => void) {
    const stream: PeerStream = createPeerStream({
      bytes,
      remotePeer,
      connection: { transport: 'memory', limited: false, remoteAddr: `/memory/${remotePeer}` },
      clock: member.clock,
      onEnd: () => {
        member.live.delete(stream)
        member.report()
        onEnd()
      },
    })
    member.live.set(stream, remotePeer)
    member.report()
    return stream
  }

  async function open(from: string, to: string, protocol: StreamProtocol, signal?: AbortSignal): Promise<PeerStream> {
    signal?.throwIfAborted()
    const [caller, callee] = [members.get(from), members.get(to)]
    if (caller === undefined || !caller.started) throw notStarted()
    if (isCut(from, to)) await pastDeadline(caller.clock, signal)
    if (callee === undefined || !callee.started || !relayUp || isCut(from, to)) throw peerUnreachable(to)
    const [near, far] = createMemoryPipe(() => isCut(from, to))
    const serve = callee.handlers.newest(protocol)
    const release = serve === null ? null : callee.admission[protocol].admit(from)
    const stream = adopt(caller, to, near, () => {})
    if (serve === null || release === null) far.abort(closed(from))
    else serve(adopt(callee, from, far, release))
    return stream
  }

  function join(peerId: string, clock: Clock = hubClock): Network {
    if (members.has(peerId)) throw new Error(`${peerId} has joined already`)
    const statusListeners = new Set<(status: NetworkStatus) => void>()
    let status: NetworkStatus = { state: 'offline' }

    function say(next: NetworkStatus): void {
      if (JSON.stringify(next) === JSON.stringify(status)) return
      status = next
      for (const listener of statusListeners) listener(next)
    }

    function report(): void {
      if (!member.started) return say({ state: 'offline' })
      if (canHear(peerId))
        return say({ state: 'online', relayPeer: RELAY_PEER, peers: 1 + new Set(member.live.values()).size })
      const { message, nextStep } = relayUnreachable()
      say({ state: 'unreachable', code: 'network/relay-unreachable', message, nextStep })
    }

    const network: Network = {
      peerId,
      async start(signal) {
        signal?.throwIfAborted()
        if (member.started) return
        say({ state: 'connecting' })
        await Promise.resolve()
        signal?.throwIfAborted()
        member.started = true
        report()
      },
      async stop() {
        if (!member.started) return
        member.started = false
        for (const stream of member.live.keys()) stream.abort(closed(peerId))
        report()
      },
      onStatus(listener) {
        statusListeners.add(listener)
        listener(status)
        return () => statusListeners.delete(listener)
      },
      async publish(topic, message) {
        const { maxBytes } = GOSSIP_TOPICS[topic]
        if (message.length > maxBytes) throw frameTooLarge(message.length, maxBytes)
        if (!member.started) throw notStarted()
        const bytes = message.slice()
        queueMicrotask(() => passOn(topic, bytes, peerId))
      },
      onGossip: (topic, handler) => member.judges.add(topic, handler),
      openStream: (to, protocol, signal) => open(peerId, to, protocol, signal),
      onStream: (protocol, handler) => member.handlers.add(protocol, handler),
    }
    const member: Member = {
      network,
      judges: createTopicJudges(),
      handlers: createStreamHandlers(),
      live: new Map(),
      admission: {
        job: createInboundStreams(STREAM_LIMITS.job),
        audit: createInboundStreams(STREAM_LIMITS.audit),
        evidence: createInboundStreams(STREAM_LIMITS.evidence),
      },
      clock,
      started: false,
      report,
    }
    members.set(peerId, member)
    return network
  }

  const reportAll = (): void => {
    for (const { report } of members.values()) report()
  }

  return {
    join,
    refused,
    sever(peerId) {
      severed.add(peerId)
      reportAll()
    },
    heal(peerId) {
      severed.delete(peerId)
      reportAll()
    },
    kill(peerId) {
      // `stop` does all its work before it first awaits.
      void members.get(peerId)?.network.stop()
    },
    setRelay(up) {
      relayUp = up
      reportAll()
    },
  }
}

/** A dial into silence ends when its deadline does, as the real one. */
function pastDeadline(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = clock.after(OPEN_STREAM_DEADLINE_MS, resolve)
    signal?.addEventListener('abort', () => {
      stopTimer()
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    })
  })
}
