import type { Probe } from '../../../src/protocol/selection/probe-positions.ts'

export interface ProbeValues {
  /** The recomputed row of one output position. */
  take(position: number, row: Float32Array): void
  /** In the order in which they were asked for; zero where no row or dimension of that number exists, or its value is no number. */
  values(): number[]
}

/** Picks the values that a verifier must show to have computed (protocol.md §5.5). */
export function createProbeValues(probes: readonly Probe[]): ProbeValues {
  const found = probes.map(() => 0)
  return {
    take(position, row) {
      for (const [i, probe] of probes.entries()) {
        const value = probe.position === position ? row[probe.dimension] : undefined
        if (value !== undefined && Number.isFinite(value)) found[i] = value
      }
    },
    values: () => found,
  }
}
