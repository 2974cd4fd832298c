import { describe, expect, it } from 'vitest'
import { sparkline } from '../../../src/ui/contribute/sparkline.ts'

function points(samples: number[]): [number, number][] {
  const pairs = sparkline(samples, 119, 40).split(' ').filter(Boolean)
  return pairs.map((pair) => pair.split(',').map(Number) as [number, number])
}

describe('the sparkline', () => {
  it('is empty without samples', () => {
    expect(points([])).toEqual([])
  })

  it('ends at the right edge and keeps one step between samples', () => {
    expect(points([50, 50, 50]).map(([x]) => x)).toEqual([117, 118, 119])
  })

  it('puts the largest sample at the top and zero on the base line', () => {
    expect(points([0, 80]).map(([, y]) => y)).toEqual([39, 2])
  })

  it('does not blow a crawl up to full height', () => {
    const [, y] = points([0.1]).at(0) ?? [0, 0]
    expect(y).toBeGreaterThan(30)
  })
})
