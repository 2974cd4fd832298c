import { expect, it } from 'vitest'
import { rowPolicyOf } from '../../../../../workers/inference/generation/row-policy.ts'

it('gives every feed the rows of the window that is promised', () => {
  const policy = rowPolicyOf({ kind: 'window', rows: 4 }, null)
  expect(policy).toEqual({ replays: false, stepRows: 4 })
})

it('leaves the window to a decoder that sees to it', () => {
  expect(rowPolicyOf({ kind: 'window', rows: 4 }, 1)).toEqual({ replays: false, stepRows: 1 })
})

it('cuts as a checker does, and shares no run, where bits depend on that', () => {
  expect(rowPolicyOf({ kind: 'replay' }, null)).toEqual({ replays: true, stepRows: 1 })
})

it('asks nothing where nothing is promised', () => {
  expect(rowPolicyOf({ kind: 'none' }, null)).toEqual({ replays: false, stepRows: 1 })
})
