import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../../src/protocol/sampling/sampler.ts'
import { chooseToken, scoreClaim } from '../../../../src/protocol/sampling/token-rule.ts'
import { GREEDY } from '../../../../tools/greedy.ts'

const KEY = noiseKeyOf(new Uint8Array(32).fill(7))
const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

const logitRows = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 300 })
  .map((row) => Float32Array.from(row))
const samplers = fc.record({
  temperatureMilli: fc.integer({ min: 0, max: 2000 }),
  topK: fc.integer({ min: 1, max: 64 }),
  topPMilli: fc.integer({ min: 1, max: 1000 }),
})
const positions = fc.integer({ min: 0, max: 100_000 })

test('greedy takes the largest logit, and the smaller id of two equal ones', () => {
  expect(chooseToken(Float32Array.of(1, 5, 5, 2), GREEDY, KEY, 0)).toBe(1)
})

test('a row of NaN chooses nothing instead of something', () => {
  expect(chooseToken(Float32Array.of(Number.NaN, Number.NaN), SAMPLED, KEY, 0)).toBe(-1)
})

test('whatever the rule chooses scores as a match with margin 0', () => {
  fc.assert(
    fc.property(logitRows, samplers, positions, (row, sampler, position) => {
      const chosen = chooseToken(row, sampler, KEY, position)
      expect(scoreClaim(row, sampler, KEY, position, chosen)).toEqual({ chosen, matches: true, margin: 0 })
    }),
  )
})

test('every other claim is a mismatch with a margin of at least 0, or outside the kept set', () => {
  fc.assert(
    fc.property(logitRows, samplers, positions, fc.nat(400), (row, sampler, position, claimed) => {
      fc.pre(claimed !== chooseToken(row, sampler, KEY, position))
      const { matches, margin } = scoreClaim(row, sampler, KEY, position, claimed)
      expect(matches).toBe(false)
      expect(margin === null || margin >= 0).toBe(true)
    }),
  )
})

test('the chosen token is among the k largest logits', () => {
  fc.assert(
    fc.property(logitRows, samplers, positions, (row, sampler, position) => {
      const chosen = chooseToken(row, sampler, KEY, position)
      const larger = row.filter((z) => z > (row[chosen] as number)).length
      expect(larger).toBeLessThan(sampler.topK)
    }),
  )
})

test('sampling follows the softmax: frequencies over many positions match the probabilities', () => {
  const row = Float32Array.of(2, 1, 0, -1)
  const sampler: Sampler = { temperatureMilli: 1_000, topK: 4, topPMilli: 1_000 }
  const draws = 20_000
  const counts = [0, 0, 0, 0]
  for (let position = 0; position < draws; position++) {
    const id = chooseToken(row, sampler, KEY, position)
    counts[id] = (counts[id] as number) + 1
  }
  const weights = [...row].map(Math.exp)
  const total = weights.reduce((a, b) => a + b, 0)
  // Four standard deviations of a binomial share of 20,000 draws are below 0.015.
  counts.forEach((count, id) => {
    expect(Math.abs(count / draws - (weights[id] as number) / total)).toBeLessThan(0.015)
  })
})

test('top-p keeps the shortest prefix that holds its share', () => {
  const row = Float32Array.of(3, 0, 0, 0)
  const sampler: Sampler = { temperatureMilli: 1_000, topK: 4, topPMilli: 800 }
  const chosen = new Set(Array.from({ length: 500 }, (_, position) => chooseToken(row, sampler, KEY, position)))
  expect([...chosen]).toEqual([0])
  expect(scoreClaim(row, sampler, KEY, 0, 3).margin).toBeNull()
})

test('an id outside the vocabulary is outside the kept set, greedy or not', () => {
  const row = Float32Array.of(1, 2)
  expect(scoreClaim(row, GREEDY, KEY, 0, 99).margin).toBeNull()
  expect(scoreClaim(row, SAMPLED, KEY, 0, 99).margin).toBeNull()
})
