import { expect, it } from 'vitest'
import { createReadBudget } from '../../../../../workers/inference/generation/read-budget.ts'

/** Reads until the budget stands still, on a device where a run takes `base` and each row `perRow` milliseconds. */
function settled(base: number, perRow: number): number {
  const budget = createReadBudget({ least: 32, most: 256 })
  for (let i = 0; i < 20; i++) {
    budget.observeStep(base + 8 * perRow)
    budget.observeRead(budget.rows, base + budget.rows * perRow)
  }
  return budget.rows
}

it('stays small where each row costs its time', () => {
  expect(settled(1, 1)).toBe(32)
})

it('grows to whole chunks where hundreds of rows cost little more than one', () => {
  expect(settled(10, 0.01)).toBe(256)
})

it('becomes small again when reads turn out to be long', () => {
  const budget = createReadBudget({ least: 32, most: 256 })
  budget.observeStep(10)
  budget.observeRead(32, 5)
  budget.observeRead(64, 5)
  expect(budget.rows).toBe(128)
  budget.observeRead(128, 50)
  expect(budget.rows).toBe(64)
})

it('learns nothing from the short rest of a prompt, nor before a step was timed', () => {
  const budget = createReadBudget({ least: 32, most: 256 })
  budget.observeRead(32, 1)
  budget.observeStep(10)
  budget.observeRead(3, 1)
  expect(budget.rows).toBe(32)
})

it('never exceeds what the device answers correctly', () => {
  expect(createReadBudget({ least: 32, most: 16 }).rows).toBe(16)
})
