import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawProbes, PROBES, type ProbeOptions } from '../../../../src/protocol/selection/probe-positions.ts'
import { sampleEntry, sampleHash } from './sample-roster.ts'

const BASE: ProbeOptions = {
  randomness: sampleHash('beacon'),
  receiptHash: sampleHash('receipt'),
  verifierKey: sampleEntry(0).verifierKey,
  outputTokens: 300,
  hiddenSize: 768,
  count: PROBES,
}

test('probes are distinct places inside the answer', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.nat(12), fc.nat(), (outputTokens, hiddenSize, count, i) => {
      const probes = drawProbes({ ...BASE, randomness: sampleHash('beacon', i), outputTokens, hiddenSize, count })
      expect(probes).toHaveLength(Math.min(count, outputTokens * hiddenSize))
      expect(new Set(probes.map(({ position, dimension }) => `${position}/${dimension}`)).size).toBe(probes.length)
      for (const { position, dimension } of probes) {
        expect(position).toBeLessThan(outputTokens)
        expect(dimension).toBeLessThan(hiddenSize)
      }
    }),
  )
})

test('fewer places than probes: all of them', () => {
  expect(drawProbes({ ...BASE, outputTokens: 1, hiddenSize: 3 })).toHaveLength(3)
  expect(drawProbes({ ...BASE, outputTokens: 0 })).toEqual([])
})

test('each verifier, beacon and receipt has probes of its own', () => {
  const others: Partial<ProbeOptions>[] = [
    { verifierKey: sampleEntry(1).verifierKey },
    { randomness: sampleHash('beacon', 1) },
    { receiptHash: sampleHash('receipt', 1) },
  ]
  for (const change of others) expect(drawProbes({ ...BASE, ...change })).not.toEqual(drawProbes(BASE))
  expect(drawProbes(BASE)).toEqual(drawProbes(BASE))
})

test('the first of more probes are the fewer probes', () => {
  expect(drawProbes({ ...BASE, count: 100 }).slice(0, PROBES)).toEqual(drawProbes(BASE))
})

test('positions and dimensions are uniform, also where 2³² is no multiple of them', () => {
  const positions = Array.from({ length: 12 }, () => 0)
  const dimensions = Array.from({ length: 7 }, () => 0)
  const draws = 1_500
  for (let i = 0; i < draws; i++) {
    const options = { ...BASE, randomness: sampleHash('beacon', i), outputTokens: 12, hiddenSize: 7, count: 4 }
    for (const { position, dimension } of drawProbes(options)) {
      positions[position] = (positions[position] as number) + 1
      dimensions[dimension] = (dimensions[dimension] as number) + 1
    }
  }
  // χ² exceeds 37.4 (11 degrees of freedom) or 27.9 (6) once in 10,000.
  expect(chiSquared(positions, (4 * draws) / 12)).toBeLessThan(37.4)
  expect(chiSquared(dimensions, (4 * draws) / 7)).toBeLessThan(27.9)
})

function chiSquared(observed: number[], expected: number): number {
  return observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
