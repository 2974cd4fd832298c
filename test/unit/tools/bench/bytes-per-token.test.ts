import { describe, expect, it } from 'vitest'
import { bytesPerToken, type WeightShape } from '../../../../tools/bench/bytes-per-token.ts'

/** 2 layers of 2 · 8 · 4 · (2 + 1) + 3 · 8 · 16 weights, and a head of 10 · 8. */
const SHAPE: WeightShape = {
  layers: 2,
  hiddenSize: 8,
  heads: 2,
  keyValueHeads: 1,
  headDimension: 4,
  feedForward: 16,
  vocabularySize: 10,
  contextTokens: 32,
  stopIds: [],
}
const WEIGHTS = 2 * (192 + 384) + 80

describe('bytesPerToken', () => {
  it('reads every weight once, and nothing of an empty cache', () => {
    expect(bytesPerToken(SHAPE, 'fp32', 0)).toBe(4 * WEIGHTS)
    expect(bytesPerToken(SHAPE, 'q4', 0)).toBe(0.625 * WEIGHTS)
  })

  it('reads keys and values of every position before, at half the size in half precision', () => {
    expect(bytesPerToken(SHAPE, 'q4', 5) - bytesPerToken(SHAPE, 'q4', 0)).toBe(2 * 2 * 4 * 5 * 4)
    expect(bytesPerToken(SHAPE, 'q4f16', 5) - bytesPerToken(SHAPE, 'q4f16', 0)).toBe(2 * 2 * 4 * 5 * 2)
  })
})
