import { describe, expect, it } from 'vitest'
import { median, medianInterval, quantile } from '../../../../../tools/bench/statistics/bootstrap.ts'

describe('quantile', () => {
  it('lies between the two nearest values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8)
    expect(median([7])).toBe(7)
  })

  it('is not a number without values', () => {
    expect(median([])).toBeNaN()
  })
})

describe('medianInterval', () => {
  const values = [1.1, 1.3, 0.9, 1.2, 1.0, 1.4, 1.15, 1.25, 1.05, 1.35]

  it('holds its median, and all of it lies among the values', () => {
    const interval = medianInterval(values)
    expect(interval?.value).toBeCloseTo(1.175)
    expect(interval?.low).toBeGreaterThanOrEqual(0.9)
    expect(interval?.low).toBeLessThan(1.175)
    expect(interval?.high).toBeGreaterThan(1.175)
    expect(interval?.high).toBeLessThanOrEqual(1.4)
  })

  it('is the same for the same seed and moves with it', () => {
    const first = medianInterval(values, { seed: 3 })
    expect(medianInterval(values, { seed: 3 })).toEqual(first)
    expect(medianInterval(values, { seed: 3, resamples: 20 })).not.toEqual(
      medianInterval(values, { seed: 4, resamples: 20 }),
    )
  })

  it('shrinks when the values agree more', () => {
    const width = (spread: number) => {
      const interval = medianInterval(values.map((value) => 1 + (value - 1) * spread))
      return interval === null ? Number.NaN : interval.high - interval.low
    }
    expect(width(0.1)).toBeLessThan(width(1))
  })

  it('does not exist without values', () => {
    expect(medianInterval([])).toBeNull()
  })
})
