import { frameTooLarge } from '../../src/network/frames.ts'
import { createInboundJobs } from '../../src/network/inbound-jobs.ts'
import { createJobStream } from '../../src/network/job-stream.ts'
import { closed, notStarted, peerUnreachable, relayUnreachable } from '../../src/network/network-errors.ts'
import { OPEN_JOB_DEADLINE_MS } from '../../src/network/network-limits.ts'
import type { Clock, JobStream, Network, NetworkStatus } from '../../src/participant/ports.ts'
import { MAX_OFFER_BYTES } from '../../src/protocol/limits.ts'
import { judgeOffer } from '../../src/protocol/wire/offer.ts'
import type { MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import { createMemoryPipe } from './memory-pipe.ts'

export interface MemoryHubOptions {
  /** Time of every network that brings no clock of its own. */
  clock: Clock
}

/**
 * Several networks in one process, with a relay that validates offers as the real one does. Job streams are the real ones over a pipe
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
  /** The relay goes or comes back: no offers, no new connections; what is connected stays. */
  setRelay(up: boolean): void
  /** Offers that the relay did not pass on, with their verdicts. */
  readonly refusedOffers: { publisher: string; code: string }[]
}

interface Member {
  network: Network
  offerHandlers: Set<(offer: Uint8Array, publisher: string) => MessageVerdict>
  jobHandlers: ((stream: JobStream) => void)[]
  live: Map<JobStream, string>
  admission: ReturnType<typeof createInboundJobs>
  clock: Clock
  started: boolean
  report(): void
}

const RELAY_PEER = 'memory-relay'

export function createMemoryHub({ clock: hubClock }: MemoryHubOptions): MemoryHub {
  const members = new Map<string, Member>()
  const severed = new Set<string>()
  const refusedOffers: { publisher: string; code: string }[] = []
  let relayUp = true

  const isCut = (a: string, b: string): boolean => severed.has(a) || severed.has(b)
  const canHear = (peerId: string): boolean => relayUp && !severed.has(peerId)

  function passOn(offer: Uint8Array, publisher: string): void {
    if (!canHear(publisher)) return
    const { verdict } = judgeOffer(offer, publisher, hubClock.now())
    if (verdict.verdict !== 'accept') {
      refusedOffers.push({ publisher, code: verdict.code })
      return
    }
    for (const [peerId, member] of members) {
      if (peerId === publisher || !member.started || !canHear(peerId)) continue
      for (const handler of member.offerHandlers) handler(offer.slice(), publisher)
    }
  }

  function adopt(member: Member, remotePeer: string, bytes: ReturnType<typeof createMemoryPipe>[0], onEnd: () => void) {
    const stream: JobStream = createJobStream({
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

  async function open(from: string, to: string, signal?: AbortSignal): Promise<JobStream> {
    signal?.throwIfAborted()
    const [caller, callee] = [members.get(from), members.get(to)]
    if (caller === undefined || !caller.started) throw notStarted()
    if (isCut(from, to)) await pastDeadline(caller.clock, signal)
    if (callee === undefined || !callee.started || !relayUp || isCut(from, to)) throw peerUnreachable(to)
    const [near, far] = createMemoryPipe(() => isCut(from, to))
    const serve = callee.jobHandlers.at(-1)
    const release = serve === undefined ? null : callee.admission.admit(from)
    const stream = adopt(caller, to, near, () => {})
    if (serve === undefined || release === null) far.abort(closed(from))
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
      async publishOffer(offer) {
        if (offer.length > MAX_OFFER_BYTES) throw frameTooLarge(offer.length, MAX_OFFER_BYTES)
        if (!member.started) throw notStarted()
        const bytes = offer.slice()
        queueMicrotask(() => passOn(bytes, peerId))
      },
      onOffer(handler) {
        member.offerHandlers.add(handler)
        return () => member.offerHandlers.delete(handler)
      },
      openJob: (to, signal) => open(peerId, to, signal),
      onJob(handler) {
        member.jobHandlers.push(handler)
        return () => {
          member.jobHandlers = member.jobHandlers.filter((other) => other !== handler)
        }
      },
    }
    const member: Member = {
      network,
      offerHandlers: new Set(),
      jobHandlers: [],
      live: new Map(),
      admission: createInboundJobs(),
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
    refusedOffers,
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
    const stopTimer = clock.after(OPEN_JOB_DEADLINE_MS, resolve)
    signal?.addEventListener('abort', () => {
      stopTimer()
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    })
  })
}
