import { describe, expect, it } from 'vitest'
import {
  type ContributeInput,
  foldContribute,
  INITIAL_CONTRIBUTE,
  SPEED_SAMPLES,
} from '../../../src/stores/contribute-model.ts'
import { createContributeStore } from '../../../src/stores/contribute-store.ts'
import type { ContributeModel, EngineInfo } from '../../../src/stores/index.ts'

const ENGINE = { selfTests: [], tokensPerSecond: 80 } as unknown as EngineInfo

function serving(tokensPerSecond: number, tokens: number, jobs = 1): ContributeInput {
  return { type: 'state', state: { state: 'serving', engine: ENGINE, jobs, tokensPerSecond, tokens } }
}

function folded(...inputs: ContributeInput[]): ContributeModel {
  return inputs.reduce(foldContribute, INITIAL_CONTRIBUTE)
}

describe('the contribute model', () => {
  it('takes one speed for every eight tokens, oldest first, whoever they were for', () => {
    const told = Array.from({ length: 20 }, (_, tokens) => serving(100 + tokens, tokens, 1 + (tokens % 3)))
    expect(folded(...told).speeds).toEqual([100, 108, 116])
  })

  it('marks with a single zero that no answer was left', () => {
    const ready: ContributeInput = { type: 'state', state: { state: 'ready', engine: ENGINE } }
    expect(folded(serving(70, 0), ready, ready, serving(60, 0)).speeds).toEqual([70, 0, 60])
  })

  it('forgets the speeds when contributing ends', () => {
    expect(folded(serving(70, 0), { type: 'state', state: { state: 'idle' } }).speeds).toEqual([])
  })

  it('keeps no more speeds than the sparkline shows', () => {
    const { speeds } = folded(...Array.from({ length: SPEED_SAMPLES + 5 }, (_, i) => serving(i, 8 * i)))
    expect(speeds).toHaveLength(SPEED_SAMPLES)
    expect(speeds[0]).toBe(5)
  })

  it('takes totals, device, network and model without touching the state', () => {
    const model = folded(
      { type: 'totals', totals: { jobs: 2, tokens: 96, attestations: 1 } },
      { type: 'device', device: { gpu: null, browser: 'Firefox 153', cores: 4 } },
      { type: 'network', status: { state: 'connecting' } },
      { type: 'model', model: { name: 'Stories', totalBytes: 10, status: { state: 'absent' } } },
    )
    expect(model).toMatchObject({
      state: { state: 'idle' },
      totals: { jobs: 2, tokens: 96, attestations: 1 },
      device: { browser: 'Firefox 153' },
      network: { state: 'connecting' },
      model: { name: 'Stories' },
    })
  })

  it('tells subscribers of its store what was applied, once for each input', () => {
    const store = createContributeStore()
    const seen: string[] = []
    const unsubscribe = store.subscribe((model) => seen.push(model.state.state))
    store.apply({ type: 'state', state: { state: 'downloading', haveBytes: 1, totalBytes: 2 } })
    unsubscribe()
    store.apply({ type: 'state', state: { state: 'idle' } })
    expect(seen).toEqual(['downloading'])
    expect(store.getState().state.state).toBe('idle')
  })
})
