import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock, Logger, PeerStream, StreamProtocol, Unsubscribe } from '../participant/ports.ts'
import { connectionInfo } from './connection-info.ts'
import { createInboundStreams } from './inbound-streams.ts'
import { createLibp2pByteStream } from './libp2p-byte-stream.ts'
import { closed, peerUnreachable } from './network-errors.ts'
import { OPEN_STREAM_DEADLINE_MS, SIGNALLING_LINGER_MS, STREAM_LIMITS } from './network-limits.ts'
import type { PageNode } from './page-node.ts'
import { createPeerStream } from './peer-stream.ts'
import type { StreamHandlers } from './stream-handlers.ts'
import { STREAM_PROTOCOL_IDS, STREAM_PROTOCOLS } from './stream-protocols.ts'
import { toError } from './to-error.ts'

export interface StreamExchangeOptions {
  node: PageNode
  relay: Multiaddr
  clock: Clock
  logger: Logger
  /** Get every admitted inbound stream. */
  handlers: Pick<StreamHandlers, 'newest'>
}

/** Streams over direct connections, both ways, of one started node. */
export interface StreamExchange {
  start(): Promise<void>
  open(peerId: string, protocol: StreamProtocol, signal?: AbortSignal): Promise<PeerStream>
  /** Aborts every stream, at once. */
  stop(reason: Error): void
}

export function createStreamExchange({ node, relay, clock, logger, handlers }: StreamExchangeOptions): StreamExchange {
  const live = new Set<PeerStream>()
  const admission = new Map(STREAM_PROTOCOLS.map((name) => [name, createInboundStreams(STREAM_LIMITS[name])]))
  const timers = new Set<Unsubscribe>()

  function adopt(stream: Stream, connection: Connection, onEnd: () => void): PeerStream {
    const peerStream: PeerStream = createPeerStream({
      bytes: createLibp2pByteStream(stream),
      remotePeer: connection.remotePeer.toString(),
      connection: connectionInfo(connection),
      clock,
      onEnd: () => {
        live.delete(peerStream)
        onEnd()
      },
    })
    live.add(peerStream)
    return peerStream
  }

  function receive(protocol: StreamProtocol, stream: Stream, connection: Connection): void {
    const peerId = connection.remotePeer.toString()
    const serve = handlers.newest(protocol)
    const release = serve === null || isRelayed(connection) ? null : (admission.get(protocol)?.admit(peerId) ?? null)
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
      for (const protocol of STREAM_PROTOCOLS) {
        const onStream = (stream: Stream, connection: Connection): void => receive(protocol, stream, connection)
        await node.handle(STREAM_PROTOCOL_IDS[protocol], onStream, {
          maxInboundStreams: STREAM_LIMITS[protocol].perConnection,
          maxOutboundStreams: STREAM_LIMITS[protocol].perConnection,
          runOnLimitedConnection: false,
        })
      }
      node.addEventListener('connection:open', closeSignalling)
    },
    async open(peerId, protocol, signal) {
      signal?.throwIfAborted()
      const deadline = new AbortController()
      const stopDeadline = clock.after(OPEN_STREAM_DEADLINE_MS, () =>
        deadline.abort(new Error('the peer took too long')),
      )
      const startedAt = clock.now()
      try {
        const either = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
        const connection = await direct(peerId, either)
        const stream = await connection.newStream(STREAM_PROTOCOL_IDS[protocol], {
          signal: either,
          runOnLimitedConnection: false,
        })
        const opened = adopt(stream, connection, () => {})
        logger.info('stream open', { protocol, ...connectionFacts(opened), milliseconds: clock.now() - startedAt })
        return opened
      } catch (error) {
        signal?.throwIfAborted()
        logger.warn('peer unreachable', { peer: peerId, protocol, reason: toError(error).message })
        throw peerUnreachable(peerId, error)
      } finally {
        stopDeadline()
      }
    },
    stop(reason) {
      node.removeEventListener('connection:open', closeSignalling)
      for (const stopTimer of timers) stopTimer()
      for (const stream of live) stream.abort(reason)
    },
  }
}

function isRelayed(connection: Connection): boolean {
  return connection.limits !== undefined || connectionInfo(connection).transport === 'circuit'
}

function connectionFacts({ remotePeer, connection }: PeerStream): Record<string, string> {
  return { peer: remotePeer, transport: connection.transport }
}
