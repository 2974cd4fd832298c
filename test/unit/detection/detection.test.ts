import { describe, expect, it } from 'vitest'
import type { CheckedAnswer } from '../../detection/checked-answer.ts'
import { auditsToAlarm, spreadOf, tokensToDetection, upperBoundOfNone } from '../../detection/detection.ts'

const answer = (scores: number[], tokens = scores.map(() => 32)): CheckedAnswer => ({
  scores,
  tokens,
  worst: scores.map(() => 'mantissa'),
  verdict: { verdict: 'pass' },
})

describe('tokens until a cheat is found', () => {
  it('are those of one segment where every one is beyond its limit', () => {
    expect(tokensToDetection([answer([2, 3]), answer([1.1])])).toEqual({ median: 32, p95: 32 })
  })

  it('count what passed before, from every segment on and around the end', () => {
    const answers = [answer([0.5, 2], [32, 16]), answer([0.1], [7])]
    expect(tokensToDetection(answers)).toEqual({ median: 48, p95: 55 })
  })

  it('never come where a limit is only reached', () => {
    expect(tokensToDetection([answer([1])]).median).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('audits until the alarm', () => {
  it('are nine of the worst, since each counts for at most three nats', () => {
    expect(auditsToAlarm([answer([9])])).toEqual({ median: 9, p95: 9 })
  })

  it('never come for honest scores', () => {
    expect(auditsToAlarm([answer([0.5, 0.4])]).p95).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('bounds', () => {
  it('of what was never seen: about three over the tries', () => {
    expect(upperBoundOfNone(3_000)).toBeCloseTo(3 / 3_000, 5)
  })

  it('are values that occurred', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, p95: 5 })
  })
})
