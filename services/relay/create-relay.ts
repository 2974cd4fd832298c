import { RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { GOSSIP_TOPIC_NAMES, GOSSIP_TOPICS } from '../../src/network/gossip-topics.ts'
import { gossipValidator, type JudgeMessage } from '../../src/network/gossip-validator.ts'
import type { Clock, GossipTopic } from '../../src/participant/ports.ts'
import type { MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import { createCircuitMeter } from './circuit-meter.ts'
import { createOfferJudge, createRootJudge } from './paced-judge.ts'
import { createRelayGate } from './relay-gate.ts'
import { loadRelayIdentity } from './relay-identity.ts'
import { MAX_CONNECTIONS_PER_HOST, MAX_RESERVATIONS } from './relay-limits.ts'
import { createRelayMetrics } from './relay-metrics.ts'
import { createRelayNode, type RelayNode } from './relay-node.ts'
import { createStatusServer } from './status-server.ts'

export interface RelayOptions {
  /** Address to listen on for pages; loopback by default. */
  host?: string
  /** 0, the default, lets the system choose. */
  port?: number
  /** Where the identity is kept; without it the relay has a new peer id every time. */
  identityPath?: string
  /** Multiaddrs that pages reach it by, when they differ from where it listens: a name, or a TLS proxy in front. */
  announce?: string[]
  /** Address and port of `/health` and `/metrics`; loopback and 0 by default. */
  httpHost?: string
  httpPort?: number
  maxConnectionsPerHost?: number
  maxReservations?: number
  clock?: Pick<Clock, 'now'>
}

export interface Relay {
  readonly peerId: string
  /** What a page is configured with: an address and the peer id. */
  readonly multiaddr: string
  /** Base of `/health` and `/metrics`. */
  readonly httpUrl: string
  /** Closes every connection and frees both ports. Calling it twice is harmless. */
  stop(): Promise<void>
}

/** Starts a relay. Errors: SecretFileError, and the system's when a port is taken. */
export async function createRelay(options: RelayOptions = {}): Promise<Relay> {
  const { host = '127.0.0.1', port = 0, announce = [], httpHost = '127.0.0.1', httpPort = 0 } = options
  const { identityPath, maxConnectionsPerHost = MAX_CONNECTIONS_PER_HOST, maxReservations = MAX_RESERVATIONS } = options
  const clock = options.clock ?? { now: () => Date.now() }
  const startedAt = clock.now()

  const privateKey =
    identityPath === undefined ? await generateKeyPair('Ed25519') : await loadRelayIdentity(identityPath)
  let gatedNode: RelayNode | null = null
  const node = await createRelayNode({
    privateKey,
    listen: `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}/ws`,
    announce,
    gater: createRelayGate({ maxConnectionsPerHost, node: () => gatedNode }),
    maxReservations,
  })
  gatedNode = node

  const metrics = createRelayMetrics({
    connections: () => node.getConnections().length,
    reservations: () => node.services.circuit.reservations.size,
    circuits: () => countCircuits(node),
  })
  node.use(
    RELAY_V2_STOP_CODEC,
    createCircuitMeter({ onCircuit: metrics.countCircuit, onBytes: metrics.countCircuitBytes }),
  )
  const judges: Record<GossipTopic, JudgeMessage> = { offers: createOfferJudge(clock), roots: createRootJudge(clock) }
  for (const topic of GOSSIP_TOPIC_NAMES) {
    const count = (verdict: MessageVerdict): void => metrics.countGossip(topic, verdict)
    node.services.gossip.topicValidators.set(GOSSIP_TOPICS[topic].id, gossipValidator(judges[topic], count))
  }

  await node.start()
  for (const topic of GOSSIP_TOPIC_NAMES) node.services.gossip.subscribe(GOSSIP_TOPICS[topic].id)
  // A peer that is gone cannot be reached through us, so its place is free for another at once.
  node.addEventListener('peer:disconnect', ({ detail }) => node.services.circuit.reservations.delete(detail))

  const peerId = node.peerId.toString()
  const address = node.getMultiaddrs()[0]?.toString() ?? ''
  const health = (): object => ({
    status: 'ok',
    peerId,
    multiaddr: address,
    connections: node.getConnections().length,
    reservations: node.services.circuit.reservations.size,
    uptimeMs: clock.now() - startedAt,
  })
  try {
    const status = await createStatusServer({ host: httpHost, port: httpPort, health, metrics })
    let stopping: Promise<void> | null = null
    const stopAll = async (): Promise<void> => {
      for (const connection of node.getConnections()) connection.abort(new Error('the relay stops'))
      await Promise.all([node.stop(), status.stop()])
    }
    return {
      peerId,
      multiaddr: address,
      httpUrl: status.url,
      stop() {
        stopping ??= stopAll()
        return stopping
      },
    }
  } catch (error) {
    await node.stop()
    throw error
  }
}

function countCircuits(node: RelayNode): number {
  return node
    .getConnections()
    .reduce(
      (sum, connection) => sum + connection.streams.filter(({ protocol }) => protocol === RELAY_V2_STOP_CODEC).length,
      0,
    )
}
