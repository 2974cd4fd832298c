import { describe, expect, it } from 'vitest'
import type { ComparedPair } from '../../../../src/stores/index.ts'
import { calibrateInWords, directionInWords, measuredFacts } from '../../../../src/ui/wording/calibrate-wording.ts'
import { calibrationStatistics } from '../../../doubles/sample-calibration.ts'
import { WASM_CELL, WEBGPU_CELL } from '../../../doubles/sample-locus.ts'

const PAIR: ComparedPair = {
  provider: WEBGPU_CELL,
  checker: WASM_CELL,
  statistics: calibrationStatistics(),
  isKnown: false,
}

describe('a comparison in words', () => {
  it('keeps running numbers out of what is read out', () => {
    const at = (done: number) => calibrateInWords({ state: 'running', done, total: 32 })
    expect(at(3).status).toBe(at(4).status)
    expect(at(3).detail).toBe('3 of 32 answers compared')
  })

  it('says whose answers were checked by whom', () => {
    expect(directionInWords(PAIR)).toBe('Answers of WebGPU (apple metal-3), checked on one-thread WASM')
  })

  it('shows the worst of each measure and whether the pair has limits', () => {
    expect(measuredFacts(PAIR).map(({ value }) => value)).toEqual(['52', '3', '0.41', '1', 'not yet'])
    expect(measuredFacts({ ...PAIR, isKnown: true }).at(-1)?.value).toBe('yes')
  })
})
