import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exactness } from '../../../../../src/protocol/evidence/cell.ts'
import { minimumRows, planRuns } from '../../../../../workers/inference/generation/plan-runs.ts'

const window: Exactness = { kind: 'window', rows: 2 }
const replay: Exactness = { kind: 'replay' }

describe('the runs that provider and checker share', () => {
  it('cuts by chunk alone where every cut gives the same bits', () => {
    expect(planRuns({ exactness: window, prefillChunk: 16 }, 10, 0, 40)).toEqual([
      { start: 0, end: 16 },
      { start: 16, end: 32 },
      { start: 32, end: 40 },
    ])
  })

  it('follows the segments where bits may depend on the cut', () => {
    expect(planRuns({ exactness: replay, prefillChunk: 64 }, 70, 0, 120)).toEqual([
      { start: 0, end: 64 },
      { start: 64, end: 69 },
      { start: 69, end: 101 },
      { start: 101, end: 120 },
    ])
  })

  it('cuts a segment in two where the device reads fewer than 32 rows at once', () => {
    expect(planRuns({ exactness: replay, prefillChunk: 16 }, 1, 0, 40)).toEqual([
      { start: 0, end: 16 },
      { start: 16, end: 32 },
      { start: 32, end: 40 },
    ])
  })

  it('gives a resumed replay the runs of an uninterrupted one', () => {
    const shape = { exactness: replay, prefillChunk: 24 }
    const whole = planRuns(shape, 30, 0, 29 + 96)
    const resumed = [...planRuns(shape, 30, 0, 29 + 64), ...planRuns(shape, 30, 29 + 64, 29 + 96)]
    expect(resumed).toEqual(whole)
  })

  it('covers every input once, in order, in runs of at most the chunk', () => {
    const shapes = fc.record({
      exactness: fc.constantFrom(window, replay),
      prefillChunk: fc.integer({ min: 2, max: 64 }),
    })
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 1, max: 99 }),
        fc.nat(99),
        fc.nat(200),
        (shape, promptLength, from, length) => {
          let next = from
          for (const { start, end } of planRuns(shape, promptLength, from, from + length)) {
            expect(start).toBe(next)
            expect(end - start).toBeGreaterThan(0)
            expect(end - start).toBeLessThanOrEqual(shape.prefillChunk)
            next = end
          }
          expect(next).toBe(from + length)
        },
      ),
    )
  })

  it('fills runs up only where a window is promised', () => {
    expect([window, replay, { kind: 'none' } as const].map(minimumRows)).toEqual([2, 1, 1])
  })
})
