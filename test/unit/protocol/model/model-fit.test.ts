import { describe, expect, test } from 'vitest'
import { HUB_CATALOGUE } from '../../../../src/protocol/model/hub-catalogue.ts'
import { type Precision, pinBytes } from '../../../../src/protocol/model/hub-pin.ts'
import { choosePrecision, type FitFacts, fitOf, memoryNeed } from '../../../../src/protocol/model/model-fit.ts'

const GIB = 1024 ** 3
const cache = { layers: 28, keyValueHeads: 8, headDimension: 128 }

function facts(precision: Precision, totalBytes = 0.6 * GIB): FitFacts {
  return { precision, totalBytes, cache }
}

test('half precision runs only where shaders have it', () => {
  expect(fitOf(facts('q4f16'), { kind: 'webgpu-f16', memoryBytes: 8 * GIB })).toMatchObject({ state: 'fits' })
  for (const kind of ['webgpu', 'wasm'] as const) {
    expect(fitOf(facts('q4f16'), { kind, memoryBytes: 8 * GIB })).toEqual({
      state: 'other-device',
      runsOn: ['webgpu-f16'],
    })
  }
})

test('what takes more than half of the memory is tight, more than all too large', () => {
  const device = { kind: 'webgpu', memoryBytes: 2 * GIB } as const
  expect(fitOf(facts('q4', 0.4 * GIB), device).state).toBe('fits')
  expect(fitOf(facts('q4', 1.2 * GIB), device).state).toBe('tight')
  expect(fitOf(facts('q4', 2.1 * GIB), device).state).toBe('too-large')
})

test('the processor ends at what 32-bit WebAssembly can address, whatever the memory is', () => {
  expect(fitOf(facts('q8', 2 * GIB), { kind: 'wasm', memoryBytes: null }).state).toBe('too-large')
  expect(fitOf(facts('q8', 0.5 * GIB), { kind: 'wasm', memoryBytes: null }).state).toBe('fits')
})

test('the cache counts in the precision in which it is kept', () => {
  const perToken = 2 * 28 * 8 * 128
  const onHalf = memoryNeed(facts('q4f16', 0), 'webgpu-f16')
  expect(onHalf).toBe(perToken * 2 * 2_048)
  expect(memoryNeed(facts('q4', 0), 'webgpu')).toBe(2 * onHalf)
})

test.each<[Precision[], 'webgpu-f16' | 'webgpu' | 'wasm', Precision | null]>([
  [['fp32', 'q4', 'q4f16', 'q8'], 'webgpu-f16', 'q4f16'],
  [['fp32', 'q4', 'q4f16', 'q8'], 'webgpu', 'q4'],
  [['fp32', 'q4', 'q4f16', 'q8'], 'wasm', 'q4'],
  [['q8', 'fp32'], 'wasm', 'fp32'],
  [['q4f16', 'fp16'], 'wasm', null],
  [[], 'webgpu', null],
])('of %j, %s takes %s', (offered, kind, chosen) => {
  expect(choosePrecision(offered, kind)).toBe(chosen)
})

describe('the hub catalogue', () => {
  test.each(['webgpu-f16', 'webgpu', 'wasm'] as const)('has a model that fits a common device with %s', (kind) => {
    const fits = HUB_CATALOGUE.map((pin) =>
      fitOf({ ...pin, totalBytes: pinBytes(pin) }, { kind, memoryBytes: 8 * GIB }),
    )
    expect(fits.some((fit) => fit.state === 'fits')).toBe(true)
  })
})
