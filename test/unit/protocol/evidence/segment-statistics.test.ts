import { expect, test } from 'vitest'
import { createRowsCommitment } from '../../../../src/protocol/evidence/activation-commitment.ts'
import { createCommitmentCheck } from '../../../../src/protocol/evidence/commitment-distance.ts'
import { segmentStatistics } from '../../../../src/protocol/evidence/segment-statistics.ts'
import { gumbel } from '../../../../src/protocol/sampling/noise.ts'
import { segmentFinding } from '../../../doubles/sample-findings.ts'

const CLIP = 0.25

test('a full segment is its own measure', () => {
  const commitment = { points: 128, exponentMismatches: 6, mantissaMean: 1.5, mantissaMedian: 1 }
  const finding = segmentFinding({ matched: 28, notKept: 1, margins: [0.1, 0.2, 9], commitment })
  const { drift, marginMean, ...counts } = segmentStatistics(finding, CLIP)
  expect(drift).toEqual({ exponentMismatches: 6, mantissaMean: 1.5, mantissaMedian: 1 })
  expect(counts).toEqual({ tokenMismatches: 4, notKept: 1 })
  expect(marginMean).toBeCloseTo((0.1 + 0.2 + CLIP) / 32, 12)
})

test('a short segment counts like a full one whose other tokens match', () => {
  const short = segmentStatistics(segmentFinding({ tokens: 3, matched: 1, margins: [0.1, 0.2] }), CLIP)
  const full = segmentStatistics(segmentFinding({ matched: 30, margins: [0.1, 0.2] }), CLIP)
  expect(short).toEqual(full)
})

test('a segment without a commitment has no drift, and one without a token no division by zero', () => {
  expect(segmentStatistics(segmentFinding({ commitment: null }), CLIP).drift).toBeNull()
  expect(segmentStatistics(segmentFinding({ tokens: 0, matched: 0 }), CLIP).drift?.mantissaMean).toBe(0)
})

/** About Gaussian: the sum of twelve differences of Gumbel noise, scaled to variance 1. */
function gaussianRow(hidden: number, position: number): Float32Array {
  const scale = Math.sqrt((12 * 2 * Math.PI ** 2) / 6)
  return Float32Array.from({ length: hidden }, (_, i) => {
    let sum = 0
    for (let j = 0; j < 12; j++) sum += gumbel([1, 1], position, 24 * i + j) - gumbel([1, 1], position, 24 * i + 12 + j)
    return sum / scale
  })
}

test('the same noise on fewer rows of a narrow model drifts farther, and the scale of short segments takes that back', () => {
  const drifts = [32, 8, 1].map((tokens) => {
    const commitment = createRowsCommitment()
    const rows = Array.from({ length: tokens }, (_, i) => gaussianRow(192, i))
    rows.forEach(commitment.add)
    const check = createCommitmentCheck(commitment.digest())
    for (const [i, row] of rows.entries()) {
      const noise = gaussianRow(192, 1_000 + i)
      check.add(row.map((value, j) => value + 0.05 * (noise[j] as number)))
    }
    const finding = segmentFinding({ tokens, matched: tokens, commitment: check.distance() })
    const scaled = segmentStatistics(finding, CLIP).drift?.mantissaMean ?? expect.fail('no drift')
    return { raw: finding.commitment?.mantissaMean ?? 0, scaled }
  })
  const [full, eight, one] = drifts as [(typeof drifts)[0], (typeof drifts)[0], (typeof drifts)[0]]
  expect(full.scaled).toBe(full.raw)
  expect(one.raw / full.raw).toBeGreaterThan(2)
  for (const { scaled } of [eight, one]) {
    expect(scaled / full.scaled).toBeGreaterThan(0.6)
    expect(scaled / full.scaled).toBeLessThan(1.4)
  }
})
