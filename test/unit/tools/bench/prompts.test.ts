import { describe, expect, it } from 'vitest'
import { openingsFrom } from '../../../../tools/bench/prompts.ts'

describe('openingsFrom', () => {
  it('never asks the same twice, or a cache of an earlier block would answer', () => {
    const openings = openingsFrom((text) => Array.from(text, (letter) => letter.charCodeAt(0)), 8)
    const asked = Array.from({ length: 12 }, (_, block) => openings(block, 8)).flat()
    expect(new Set(asked.map(({ promptIds }) => promptIds.join())).size).toBe(96)
    expect(asked.every(({ maxTokens }) => maxTokens === 8)).toBe(true)
  })
})
