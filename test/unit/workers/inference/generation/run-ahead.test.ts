import { describe, expect, it } from 'vitest'
import { createGenerationStrand } from '../../../../../workers/inference/generation/generation-strand.ts'
import { nextReach, planAhead } from '../../../../../workers/inference/generation/run-ahead.ts'
import { policyOf, requestOf, WINDOW } from './scheduler-world.ts'

function strandOf(promptLength: number, maxTokens: number) {
  const promptIds = Array.from({ length: promptLength }, (_, i) => i % 16)
  return createGenerationStrand({
    options: requestOf({ promptIds, maxTokens }),
    shape: WINDOW,
    bounds: { vocabularySize: 16, contextTokens: 64 },
    policy: policyOf(WINDOW),
    emit: () => undefined,
  })
}

const terms = { maxSteps: 8, contextTokens: 64, rows: 2 }

describe('how far a device may go on by itself', () => {
  it('begins with the rows of a window and goes as far as the longest answer can use', () => {
    const plan = planAhead(
      [
        { strand: strandOf(10, 3), slot: 1 },
        { strand: strandOf(20, 6), slot: 0 },
      ],
      terms,
    )
    expect(plan?.steps).toBe(6)
    expect(plan?.rows).toMatchObject([
      { slot: 1, start: 8, ids: [8, 9], position: 0 },
      { slot: 0, start: 18, ids: [2, 3], position: 0 },
    ])
  })

  it('never goes beyond the context of any', () => {
    const seated = [
      { strand: strandOf(61, 40), slot: 0 },
      { strand: strandOf(10, 40), slot: 1 },
    ]
    expect(planAhead(seated, terms)?.steps).toBe(4)
  })

  it('leaves a single step, and a text shorter than a window, to the host', () => {
    expect(planAhead([{ strand: strandOf(10, 1), slot: 0 }], terms)).toBeNull()
    expect(planAhead([{ strand: strandOf(1, 9), slot: 0 }], terms)).toBeNull()
  })

  it('goes twice as far after agreement and half as far after a wrong guess', () => {
    expect([nextReach(4, true, 32), nextReach(32, true, 32), nextReach(8, false, 32), nextReach(2, false, 32)]).toEqual(
      [8, 32, 4, 2],
    )
  })
})
