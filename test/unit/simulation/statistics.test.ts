import * as v from 'valibot'
import { expect, test } from 'vitest'
import { createSeededNumbers } from '../../../simulation/seeded-numbers.ts'
import { StatisticsSchema, sampleScore } from '../../../simulation/statistics.ts'
import { PLAIN_STATISTICS } from './plain-statistics.ts'

test('scores are drawn as their quantiles say', () => {
  const numbers = createSeededNumbers(1)
  const quantiles: [number, number][] = [
    [0, 1],
    [0.5, 2],
    [1, 10],
  ]
  const scores = Array.from({ length: 10_000 }, () => sampleScore(quantiles, numbers)).toSorted((a, b) => a - b)
  expect(scores[0]).toBeGreaterThanOrEqual(1)
  expect(scores.at(-1)).toBeLessThanOrEqual(10)
  expect(scores[5_000]).toBeCloseTo(2, 0)
  expect(scores[7_500]).toBeCloseTo(6, 0)
})

test('quantiles that do not ascend from 0 to 1 are refused', () => {
  const withScores = (scores: unknown): unknown => ({ ...PLAIN_STATISTICS, honestPairs: [{ pair: 'a', scores }] })
  const ascending = [
    [0, 1],
    [1, 2],
  ]
  expect(v.is(StatisticsSchema, withScores(ascending))).toBe(true)
  for (const scores of [
    [],
    [[0, 1]],
    ascending.toReversed(),
    [
      [0, 2],
      [1, 1],
    ],
    [
      [0.1, 1],
      [1, 2],
    ],
  ]) {
    expect(v.is(StatisticsSchema, withScores(scores))).toBe(false)
  }
})

test('numbers of one seed repeat, are uniform, and differ from those of another', () => {
  const draw = (seed: number): number[] => {
    const numbers = createSeededNumbers(seed)
    return Array.from({ length: 8_000 }, () => numbers.below(8))
  }
  expect(draw(3)).toEqual(draw(3))
  expect(draw(3)).not.toEqual(draw(4))
  const counts = draw(3).reduce<number[]>((all, i) => all.with(i, (all[i] as number) + 1), [0, 0, 0, 0, 0, 0, 0, 0])
  // χ² with 7 degrees of freedom exceeds 29.9 once in 10,000.
  expect(counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)).toBeLessThan(29.9)
})
