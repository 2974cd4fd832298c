import { describe, expect, it } from 'vitest'
import { type EngineRun, markdownOf } from '../../../../tools/bench/engine-report.ts'
import { runName, type SectionSettings } from '../../../../tools/bench/sections/section.ts'

const SETTINGS: SectionSettings = {
  provider: 'wasm',
  model: 'locus-stories',
  realGpu: false,
  short: false,
  blocks: 12,
  warmUpBlocks: 2,
  tokens: 128,
}

const interval = (value: number) => ({ value, low: value / 2, high: 2 * value })

function evidenceRun(share: number | null): EngineRun {
  const facts = { hashMs: interval(0.5), signMs: interval(2), decodeMs: 400, share }
  return { section: 'evidence', settings: SETTINGS, machine: 'a machine', facts }
}

describe('the report of the engine benchmark', () => {
  it('says of every goal whether it was met', () => {
    expect(markdownOf([evidenceRun(0.01)])).toContain('| 0.01 | ≤ 0.02 | met |')
    expect(markdownOf([evidenceRun(0.03)])).toContain('| 0.03 | ≤ 0.02 | missed |')
  })

  it('calls what was not measured missed, not met', () => {
    expect(markdownOf([evidenceRun(null)])).toContain('| – | ≤ 0.02 | missed |')
  })

  it('gives an interval with every median', () => {
    expect(markdownOf([evidenceRun(0.01)])).toContain('| 0.5 (0.25 to 1) | 2 (1 to 4) | 400 | 1.00 % |')
  })

  it('draws the curve of checking over the sizes of models', () => {
    const model = (name: string, parameters: number, faster: number) => ({
      model: name,
      parameters,
      tokens: 256,
      path: '',
      generateMs: interval(800),
      checkMs: interval(200),
      faster: interval(faster),
      exact: 10,
      answers: 10,
    })
    const facts = { models: [model('locus-stories', 3e6, 4), model('20m', 2e7, 6)] }
    const text = markdownOf([{ section: 'checking', settings: SETTINGS, machine: 'a machine', facts }])
    expect(text).toContain('(benchmarks/checking-wasm.svg)')
    expect(text).toContain('| 4 | ≥ 3 | met |')
    expect(text).toContain('10 of 10')
  })

  it('refuses a section that nobody knows', () => {
    expect(() => markdownOf([{ ...evidenceRun(0.01), section: 'speed' }])).toThrow('no section speed')
  })
})

describe('runName', () => {
  it('keeps apart what was measured on other devices and models', () => {
    const names = [
      SETTINGS,
      { ...SETTINGS, provider: 'webgpu' as const },
      { ...SETTINGS, provider: 'webgpu' as const, realGpu: true },
      { ...SETTINGS, provider: 'webgpu' as const, realGpu: true, model: '1b' },
    ].map((settings) => runName('one-request', settings))
    expect(names).toEqual(['one-request-wasm', 'one-request-webgpu', 'one-request-gpu', 'one-request-gpu-1b'])
  })
})
