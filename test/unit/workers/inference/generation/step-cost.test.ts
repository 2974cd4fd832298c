import { describe, expect, it } from 'vitest'
import { costOf, createStepCost } from '../../../../../workers/inference/generation/step-cost.ts'

describe('what a step is expected to cost', () => {
  it('finds the line behind measured runs', () => {
    const cost = createStepCost()
    for (let i = 0; i < 60; i++) {
      const [rows, wanted] = [2 + (i % 4), 1 + (i % 3)]
      cost.observe(rows, wanted, 10 + 2 * rows + 0.5 * wanted)
    }
    const line = cost.line()
    expect(line.perRow).toBeGreaterThan(1.9)
    expect(line.perRow).toBeLessThan(2.1)
    expect(line.perWanted).toBeGreaterThan(0.4)
    expect(costOf(line, 4, 2)).toBeCloseTo(19, 0)
  })

  it('follows a device that became slower', () => {
    const cost = createStepCost()
    for (let i = 0; i < 50; i++) cost.observe(2, 1, 4)
    for (let i = 0; i < 300; i++) cost.observe(2, 1, 8)
    expect(costOf(cost.line(), 2, 1)).toBeCloseTo(8, 0)
  })

  it('is not moved far by one run that something else interrupted', () => {
    const cost = createStepCost()
    for (let i = 0; i < 50; i++) cost.observe(2, 1, 4)
    cost.observe(2, 1, 4_000)
    expect(costOf(cost.line(), 2, 1)).toBeLessThan(4.5)
  })

  it('expects further rows to be cheap until they were measured, and again when that was long ago', () => {
    const cost = createStepCost()
    for (let i = 0; i < 30; i++) cost.observe(2, 1, 10)
    expect(cost.line().perRow).toBeLessThan(1)
    for (let i = 0; i < 10; i++) cost.observe(6, 1, 30)
    const learned = cost.line().perRow
    expect(learned).toBeGreaterThan(4)
    for (let i = 0; i < 1_000; i++) cost.observe(2, 1, 10)
    expect(cost.line().perRow).toBeLessThan(learned / 4)
  })

  it('never takes a row for less than nothing', () => {
    const cost = createStepCost()
    for (let i = 0; i < 40; i++) cost.observe(2 + (i % 5), 1, 20 - (i % 5))
    expect(cost.line().perRow).toBe(0)
    expect(cost.line().base).toBeGreaterThan(0)
  })

  it('has a line before anything was measured, and on a clock that stands still', () => {
    const cost = createStepCost()
    expect(costOf(cost.line(), 1, 1)).toBeGreaterThan(0)
    cost.observe(2, 1, 0)
    expect(costOf(cost.line(), 1, 1)).toBeGreaterThan(0)
  })
})
