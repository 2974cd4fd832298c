import { expect, it } from 'vitest'
import { createDraftAcceptance } from '../../../../../workers/inference/generation/draft-acceptance.ts'

it('expects more of longer matches before any trial', () => {
  const { chance } = createDraftAcceptance()
  expect(chance(4)).toBeGreaterThan(chance(2))
})

it('learns from each match length by itself', () => {
  const acceptance = createDraftAcceptance()
  for (let i = 0; i < 40; i++) {
    acceptance.learn(2, 3, 0)
    acceptance.learn(4, 3, 3)
  }
  expect(acceptance.chance(2)).toBeLessThan(0.05)
  expect(acceptance.chance(4)).toBeGreaterThan(0.95)
})

it('counts only drafts that had their chance: what stood behind a wrong one was not tried', () => {
  const acceptance = createDraftAcceptance()
  for (let i = 0; i < 200; i++) acceptance.learn(3, 7, 1)
  expect(acceptance.chance(3)).toBeCloseTo(0.5, 1)
})

it('notices within some twenty trials that a text began to repeat itself', () => {
  const acceptance = createDraftAcceptance()
  for (let i = 0; i < 200; i++) acceptance.learn(2, 1, 0)
  for (let i = 0; i < 20; i++) acceptance.learn(2, 1, 1)
  expect(acceptance.chance(2)).toBeGreaterThan(0.6)
})
