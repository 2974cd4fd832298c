import { describe, expect, it } from 'vitest'
import { createProbeValues } from '../../../../../workers/inference/generation/probe-values.ts'

const row = (...values: number[]) => Float32Array.from(values)

describe('values that a verifier must show', () => {
  it('come in the order in which they were asked for, whatever the order of rows', () => {
    const probes = createProbeValues([
      { position: 2, dimension: 1 },
      { position: 0, dimension: 0 },
      { position: 2, dimension: 0 },
    ])
    probes.take(0, row(1, 2))
    probes.take(1, row(3, 4))
    probes.take(2, row(5, 6))
    expect(probes.values()).toEqual([6, 1, 5])
  })

  it('are zero where there is no such row, no such dimension, or no number', () => {
    const probes = createProbeValues([
      { position: 9, dimension: 0 },
      { position: 0, dimension: 9 },
      { position: 0, dimension: 0 },
      { position: 0, dimension: 1 },
    ])
    probes.take(0, row(Number.NaN, Number.POSITIVE_INFINITY))
    expect(probes.values()).toEqual([0, 0, 0, 0])
  })

  it('are none where none were asked for', () => {
    const probes = createProbeValues([])
    probes.take(0, row(1))
    expect(probes.values()).toEqual([])
  })
})
