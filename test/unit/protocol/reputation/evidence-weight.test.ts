import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  HONEST_GATE,
  honestGate,
  lambdaOf,
  lambdaOfAnswer,
  MAX_LAMBDA,
  MIN_LAMBDA,
} from '../../../../src/protocol/reputation/evidence-weight.ts'

test.each([
  [0, -0.5],
  [0.5, -0.5],
  [0.75, -0.25],
  [1, 0],
  [2, 1],
  [4, 3],
  [1_000, 3],
  [Number.POSITIVE_INFINITY, 3],
])('a score of %d weighs %d nats', (score, lambda) => {
  expect(lambdaOf(score)).toBe(lambda)
})

test('a number that is none is no evidence', () => {
  expect(lambdaOf(Number.NaN)).toBe(0)
  expect(lambdaOfAnswer([Number.NaN])).toBe(0)
})

test('whatever the scores are, an answer weighs between the clamps, and a worse score never less', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.nat(39), (scores, at) => {
      const lambda = lambdaOfAnswer(scores)
      expect(lambda).toBeGreaterThanOrEqual(MIN_LAMBDA)
      expect(lambda).toBeLessThanOrEqual(MAX_LAMBDA)
      if (at < scores.length && !Number.isNaN(scores[at])) {
        expect(lambdaOfAnswer(scores.with(at, (scores[at] as number) + 1))).toBeGreaterThanOrEqual(lambda)
      }
    }),
  )
})

test('an answer of nothing is no evidence', () => {
  expect(lambdaOfAnswer([])).toBe(0)
})

test('three thousand honest segments pass the gate, with a bound above their mean', () => {
  const scores = Array.from({ length: 3_000 }, (_, i) => 0.2 + (i % 60) / 100)
  const gate = honestGate(scores)
  const mean = scores.reduce((sum, score) => sum + Math.exp(lambdaOf(score)), 0) / scores.length
  expect(gate.mean).toBeCloseTo(mean, 12)
  expect(gate.upperBound).toBeGreaterThan(mean)
  expect(gate).toMatchObject({ samples: 3_000, passes: true })
})

test('few segments do not pass, however good they look: the bound says how little they show', () => {
  expect(honestGate([])).toMatchObject({ passes: false, upperBound: Number.POSITIVE_INFINITY })
  expect(honestGate([0.1])).toMatchObject({ passes: false })
  expect(honestGate(Array.from({ length: 300 }, () => 0.1)).passes).toBe(false)
})

test('segments that reach their limits do not pass, however many they are', () => {
  const gate = honestGate(Array.from({ length: 100_000 }, () => 1))
  expect(gate.mean).toBe(1)
  expect(gate.passes).toBe(false)
})

test('the bound covers the true mean: 1,000 calibrations of a known distribution, none too low', () => {
  // e^λ is e^3 with probability 1/100 and e^−½ else.
  const truth = 0.01 * Math.exp(3) + 0.99 * Math.exp(-0.5)
  let state = 12_345
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  for (let i = 0; i < 1_000; i++) {
    const scores = Array.from({ length: 400 }, () => (uniform() < 0.01 ? 9 : 0))
    expect(honestGate(scores).upperBound).toBeGreaterThan(truth)
  }
  expect(HONEST_GATE).toBeLessThan(1)
})
