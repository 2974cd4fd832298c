import { describe, expect, it } from 'vitest'
import type { ContributeState } from '../../../../src/stores/index.ts'
import { contributeInWords } from '../../../../src/ui/wording/contribute-wording.ts'
import { ENGINE } from '../../../doubles/sample-locus.ts'

describe('contributing in words', () => {
  it('announces the size of the first download before anything is downloaded', () => {
    expect(contributeInWords({ state: 'idle' }, 7_640_000).detail).toContain('a download of 7.6 MB')
    expect(contributeInWords({ state: 'idle' }, 0).detail).toContain('on this device')
  })

  it('claims nothing about the model before its store has looked', () => {
    expect(contributeInWords({ state: 'idle' }, null).detail).toBe('Nothing runs until you press Contribute.')
  })

  it('keeps running numbers out of the sentence that is read out', () => {
    const states: ContributeState[] = [
      { state: 'downloading', haveBytes: 4_200_000, totalBytes: 7_640_000 },
      { state: 'preparing', stage: 'self-test', fraction: 0.4 },
      { state: 'serving', engine: ENGINE, jobs: 1, tokensPerSecond: 81, tokens: 57 },
      { state: 'serving', engine: ENGINE, jobs: 3, tokensPerSecond: 181, tokens: 57 },
    ]
    for (const state of states) expect(contributeInWords(state, 0).status).not.toMatch(/\d/)
    expect(
      contributeInWords({ state: 'downloading', haveBytes: 4_200_000, totalBytes: 7_640_000 }, 0).detail,
    ).toContain('4.2 of 7.6 MB')
  })

  it('says how many answers it computes at once, if more than one', () => {
    const serving = { state: 'serving', engine: ENGINE, tokensPerSecond: 81, tokens: 57 } as const
    expect(contributeInWords({ ...serving, jobs: 1 }, 0).detail).toBe('57 tokens so far.')
    expect(contributeInWords({ ...serving, jobs: 3 }, 0).detail).toBe('3 answers at once, 57 tokens so far.')
  })

  it('says why it is paused and what to do', () => {
    const words = contributeInWords(
      { state: 'paused', engine: null, reason: 'The battery is low.', nextStep: 'Plug it in.' },
      0,
    )
    expect(words).toEqual({ status: 'Paused. The battery is low.', detail: 'Plug it in.', action: 'Stop' })
  })

  it('offers a way out of every state', () => {
    expect(contributeInWords({ state: 'connecting', engine: ENGINE }, 0).action).toBe('Stop')
    expect(contributeInWords({ state: 'preparing', stage: 'compiling', fraction: 0 }, 0).action).toBe('Cancel')
  })
})
