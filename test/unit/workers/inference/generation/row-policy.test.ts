import { expect, it } from 'vitest'
import type { Exactness } from '../../../../../src/protocol/evidence/cell.ts'
import { rowPolicyOf } from '../../../../../workers/inference/generation/row-policy.ts'

const window: Exactness = { kind: 'window', rows: 4 }
const replay: Exactness = { kind: 'replay' }
const none: Exactness = { kind: 'none' }

it('gives every feed the rows of the window that is promised', () => {
  const policy = rowPolicyOf({ promised: window, way: window, exactRows: null })
  expect(policy).toEqual({ replays: false, whole: false, stepRows: 4, readRows: 4 })
})

it('leaves the window to a decoder that sees to it', () => {
  expect(rowPolicyOf({ promised: window, way: window, exactRows: 1 })).toMatchObject({ stepRows: 1, readRows: 1 })
})

it('keeps a window by free steps, and by reads and replays of the rows it needs, in any cut', () => {
  const policy = rowPolicyOf({ promised: window, way: replay, exactRows: null })
  expect(policy).toEqual({ replays: true, whole: false, stepRows: 1, readRows: 4 })
})

it('cuts as a checker does, and shares no run, where bits depend on that', () => {
  const policy = rowPolicyOf({ promised: replay, way: replay, exactRows: null })
  expect(policy).toEqual({ replays: true, whole: true, stepRows: 1, readRows: 1 })
})

it('asks nothing where nothing is promised', () => {
  const policy = rowPolicyOf({ promised: none, way: none, exactRows: null })
  expect(policy).toEqual({ replays: false, whole: false, stepRows: 1, readRows: 1 })
})
