import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock, JobStream, Logger, Unsubscribe } from '../participant/ports.ts'
import { JOB_PROTOCOL } from '../protocol/wire/job-messages.ts'
import { connectionInfo } from './connection-info.ts'
import { createInboundJobs } from './inbound-jobs.ts'
import { createJobStream } from './job-stream.ts'
import { createLibp2pByteStream } from './libp2p-byte-stream.ts'
import { closed, peerUnreachable } from './network-errors.ts'
import { MAX_JOB_STREAMS_PER_CONNECTION, OPEN_JOB_DEADLINE_MS, SIGNALLING_LINGER_MS } from './network-limits.ts'
import type { PageNode } from './page-node.ts'
import { toError } from './to-error.ts'

export interface JobExchangeOptions {
  node: PageNode
  relay: Multiaddr
  clock: Clock
  logger: Logger
  /** Gets every admitted inbound stream; null while nobody serves. */
  handler: () => ((stream: JobStream) => void) | null
}

/** Job streams over direct connections, both ways, of one started node. */
export interface JobExchange {
  start(): Promise<void>
  open(peerId: string, signal?: AbortSignal): Promise<JobStream>
  /** Aborts every job stream, at once. */
  stop(reason: Error): void
}

export function createJobExchange({ node, relay, clock, logger, handler }: JobExchangeOptions): JobExchange {
  const live = new Set<JobStream>()
  const admission = createInboundJobs()
  const timers = new Set<Unsubscribe>()

  function adopt(stream: Stream, connection: Connection, onEnd: () => void): JobStream {
    const job: JobStream = createJobStream({
      bytes: createLibp2pByteStream(stream),
      remotePeer: connection.remotePeer.toString(),
      connection: connectionInfo(connection),
      clock,
      onEnd: () => {
        live.delete(job)
        onEnd()
      },
    })
    live.add(job)
    return job
  }

  function receive(stream: Stream, connection: Connection): void {
    const peerId = connection.remotePeer.toString()
    const serve = handler()
    const release = serve === null || isRelayed(connection) ? null : admission.admit(peerId)
    if (serve === null || release === null) {
      stream.abort(closed(peerId))
      return
    }
    serve(adopt(stream, connection, release))
  }

  /** The circuit that carried the signalling counts against the relay's caps, so it goes once it is no longer needed. */
  function closeSignalling({ detail }: CustomEvent<Connection>): void {
    if (isRelayed(detail)) return
    const circuits = node.getConnections(detail.remotePeer).filter(isRelayed)
    if (circuits.length === 0) return
    const stopTimer = clock.after(SIGNALLING_LINGER_MS, () => {
      timers.delete(stopTimer)
      for (const circuit of circuits) circuit.close().catch((error: unknown) => circuit.abort(toError(error)))
    })
    timers.add(stopTimer)
  }

  async function direct(peerId: string, signal: AbortSignal): Promise<Connection> {
    const peer = peerIdFromString(peerId)
    const known = node.getConnections(peer).find((connection) => connection.status === 'open' && !isRelayed(connection))
    if (known !== undefined) return known
    const connection = await node.dial(relay.encapsulate(`/p2p-circuit/webrtc/p2p/${peerId}`), { signal })
    if (isRelayed(connection)) throw new Error('the dial ended on the relayed connection')
    return connection
  }

  return {
    async start() {
      await node.handle(JOB_PROTOCOL, receive, {
        maxInboundStreams: MAX_JOB_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_JOB_STREAMS_PER_CONNECTION,
        runOnLimitedConnection: false,
      })
      node.addEventListener('connection:open', closeSignalling)
    },
    async open(peerId, signal) {
      signal?.throwIfAborted()
      const deadline = new AbortController()
      const stopDeadline = clock.after(OPEN_JOB_DEADLINE_MS, () => deadline.abort(new Error('the peer took too long')))
      const startedAt = clock.now()
      try {
        const either = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
        const connection = await direct(peerId, either)
        const stream = await connection.newStream(JOB_PROTOCOL, { signal: either, runOnLimitedConnection: false })
        const job = adopt(stream, connection, () => {})
        logger.info('job stream open', { ...connectionFacts(job), milliseconds: clock.now() - startedAt })
        return job
      } catch (error) {
        signal?.throwIfAborted()
        logger.warn('peer unreachable', { peer: peerId, reason: toError(error).message })
        throw peerUnreachable(peerId, error)
      } finally {
        stopDeadline()
      }
    },
    stop(reason) {
      node.removeEventListener('connection:open', closeSignalling)
      for (const stopTimer of timers) stopTimer()
      for (const job of live) job.abort(reason)
    },
  }
}

function isRelayed(connection: Connection): boolean {
  return connection.limits !== undefined || connectionInfo(connection).transport === 'circuit'
}

function connectionFacts({ remotePeer, connection }: JobStream): Record<string, string> {
  return { peer: remotePeer, transport: connection.transport }
}
