import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { GossipTopic } from '../../src/participant/ports.ts'
import type { MessageVerdict } from '../../src/protocol/wire/verdict.ts'

export interface RelayCounts {
  connections(): number
  reservations(): number
  circuits(): number
}

export interface RelayMetrics {
  readonly contentType: string
  /** Prometheus text exposition. */
  text(): Promise<string>
  countGossip(topic: GossipTopic, verdict: MessageVerdict): void
  countCircuitBytes(bytes: number): void
  countCircuit(): void
}

/** A registry of the relay's own: two relays in one process do not add up. No label ever holds a peer id or an address. */
export function createRelayMetrics(counts: RelayCounts): RelayMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 })

  const gauges: [name: string, help: string, read: () => number][] = [
    ['locus_relay_connections', 'Open connections', counts.connections],
    ['locus_relay_reservations', 'Peers that hold a reservation', counts.reservations],
    ['locus_relay_circuits', 'Relayed connections under way', counts.circuits],
  ]
  for (const [name, help, read] of gauges) {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read())
      },
    })
    registry.registerMetric(gauge)
  }
  const circuitsTotal = new Counter({
    name: 'locus_relay_circuits_total',
    help: 'Relayed connections opened',
    registers,
  })
  const circuitBytes = new Counter({
    name: 'locus_relay_circuit_bytes_total',
    help: 'Bytes carried by relayed connections, both ways',
    registers,
  })
  const gossip = new Counter({
    name: 'locus_relay_gossip_total',
    help: 'Offers and roots judged, by verdict',
    labelNames: ['topic', 'verdict', 'code'],
    registers,
  })

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countGossip(topic, verdict) {
      gossip.inc({ topic, verdict: verdict.verdict, code: verdict.verdict === 'accept' ? '' : verdict.code })
    },
    countCircuitBytes: (bytes) => circuitBytes.inc(bytes),
    countCircuit: () => circuitsTotal.inc(),
  }
}
