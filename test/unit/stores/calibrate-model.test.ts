import { describe, expect, it } from 'vitest'
import { type CalibrateInput, foldCalibrate, INITIAL_CALIBRATE } from '../../../src/stores/calibrate-model.ts'
import type { CalibrateState } from '../../../src/stores/index.ts'

function folded(...states: CalibrateState[]) {
  const inputs = states.map((state): CalibrateInput => ({ type: 'state', state }))
  return inputs.reduce(foldCalibrate, INITIAL_CALIBRATE).calibration
}

describe('the comparison with the reference', () => {
  it('shows the latest state', () => {
    expect(folded({ state: 'preparing' }, { state: 'running', done: 2, total: 32 })).toEqual({
      state: 'running',
      done: 2,
      total: 32,
    })
  })

  it('forgets what arrives after it was stopped, until it is started again', () => {
    const late: CalibrateState = { state: 'done', pairs: [], json: '' }
    expect(folded({ state: 'preparing' }, { state: 'idle' }, late)).toEqual({ state: 'idle' })
    expect(folded({ state: 'preparing' }, { state: 'idle' }, { state: 'preparing' }, late)).toEqual(late)
  })
})
