import { describe, expect, it } from 'vitest'
import { readDeviceMemory } from '../../../../../workers/inference/session/device-memory.ts'
import {
  type DeviceMemory,
  type MemoryPlan,
  type ModelMemory,
  planMemory,
} from '../../../../../workers/inference/session/memory-budget.ts'

const MB = 1e6
const GIB = 1024 ** 3

/** The embedded model: 5.7 M parameters. */
const STORIES: ModelMemory = {
  fileBytes: 7.6 * MB,
  isExternal: false,
  expandedBytes: 23 * MB,
  largestTensorBytes: 4.2 * MB,
  layers: 6,
  keyValueHeads: 4,
  headDimension: 32,
  elementBytes: 4,
  hiddenSize: 256,
  vocabularySize: 4_096,
  contextTokens: 512,
  maxSlots: 8,
  runRows: 64,
  cacheCopies: 1,
}
const SMOL_135M: ModelMemory = {
  ...STORIES,
  fileBytes: 120 * MB,
  expandedBytes: 540 * MB,
  largestTensorBytes: 113 * MB,
  layers: 30,
  keyValueHeads: 3,
  headDimension: 64,
  hiddenSize: 576,
  vocabularySize: 49_152,
  contextTokens: 8_192,
}
const LLAMA_1B: ModelMemory = {
  ...STORIES,
  fileBytes: 1_100 * MB,
  isExternal: true,
  expandedBytes: 4_940 * MB,
  largestTensorBytes: 525 * MB,
  layers: 16,
  keyValueHeads: 8,
  headDimension: 64,
  hiddenSize: 2_048,
  vocabularySize: 128_256,
  contextTokens: 32_768,
}

const WASM_DESKTOP: DeviceMemory = { provider: 'wasm', isPhone: false, deviceGib: 8, gpu: null, share: 1 }
const WASM_PHONE: DeviceMemory = { provider: 'wasm', isPhone: true, deviceGib: 4, gpu: null, share: 1 }
const OLD_LAPTOP: DeviceMemory = { ...WASM_DESKTOP, deviceGib: 2 }
const GPU_DESKTOP: DeviceMemory = {
  provider: 'webgpu',
  isPhone: false,
  deviceGib: 8,
  gpu: { maxBufferBytes: 4 * GIB, maxBindingBytes: 2 * GIB },
  share: 1,
}
/** WebGPU's own minimum limits. */
const GPU_SMALL = { maxBufferBytes: 256 * 1024 ** 2, maxBindingBytes: 128 * 1024 ** 2 }
const GPU_PHONE: DeviceMemory = { ...GPU_DESKTOP, isPhone: true, deviceGib: 4, gpu: GPU_SMALL }
const SILENT_SAFARI: DeviceMemory = { ...GPU_DESKTOP, deviceGib: null }

function planned(device: DeviceMemory, model: ModelMemory): MemoryPlan {
  const plan = planMemory(device, model)
  if ('refused' in plan) throw new Error(plan.refused.message)
  return plan
}

describe('the memory budget', () => {
  it.each([
    [
      'the embedded model',
      'a desktop’s processor',
      STORIES,
      WASM_DESKTOP,
      { slots: 8, contextTokens: 512, expand: true },
    ],
    ['the embedded model', 'a phone’s processor', STORIES, WASM_PHONE, { slots: 8, contextTokens: 512, expand: true }],
    ['the embedded model', 'a phone’s GPU', STORIES, GPU_PHONE, { slots: 8, contextTokens: 512 }],
    [
      'SmolLM2 135M',
      'a desktop’s processor',
      SMOL_135M,
      WASM_DESKTOP,
      { slots: 3, contextTokens: 4_096, expand: true },
    ],
    ['SmolLM2 135M', 'an old laptop', SMOL_135M, OLD_LAPTOP, { slots: 3, contextTokens: 4_096, expand: false }],
    ['SmolLM2 135M', 'a phone’s processor', SMOL_135M, WASM_PHONE, { slots: 3, contextTokens: 1_024, expand: false }],
    ['SmolLM2 135M', 'a desktop’s GPU', SMOL_135M, GPU_DESKTOP, { slots: 8, contextTokens: 8_192 }],
    ['Llama 1B', 'a desktop’s GPU', LLAMA_1B, GPU_DESKTOP, { slots: 2, contextTokens: 16_384 }],
    ['Llama 1B', 'a GPU whose browser tells nothing', LLAMA_1B, SILENT_SAFARI, { slots: 3, contextTokens: 4_096 }],
  ])('gives %s on %s what fits', (_, __, model, device, expected) => {
    const plan = planned(device, model)
    expect(plan).toMatchObject(expected)
    expect(plan.totalBytes).toBeLessThanOrEqual(plan.budgetBytes)
  })

  it.each([
    ['Llama 1B', 'a desktop’s processor', LLAMA_1B, { ...WASM_DESKTOP, deviceGib: 3 }],
    ['Llama 1B', 'a phone’s processor', LLAMA_1B, WASM_PHONE],
    ['Llama 1B', 'a phone’s GPU', LLAMA_1B, GPU_PHONE],
  ])('refuses %s on %s with a code, both numbers and a next step', (_, __, model, device) => {
    const plan = planMemory(device, model)
    expect(plan).toMatchObject({
      refused: {
        code: 'engine/out-of-memory',
        message: expect.stringMatching(/\d+ MB here; a page on this device can count on \d+ MB/),
        nextStep: expect.stringContaining('smaller model'),
      },
    })
  })

  it('refuses a tensor that the graphics card cannot bind, and says that it is not the sum', () => {
    const plan = planMemory({ ...GPU_DESKTOP, gpu: GPU_SMALL }, LLAMA_1B)
    expect(plan).toMatchObject({ refused: { message: expect.stringContaining('in one piece') } })
  })

  it('never makes a layer’s cache larger than one buffer of the graphics card', () => {
    const { slots, contextTokens } = planned(
      { ...GPU_DESKTOP, gpu: GPU_SMALL },
      { ...LLAMA_1B, largestTensorBytes: null },
    )
    expect(slots * contextTokens * 8 * 64 * 4).toBeLessThanOrEqual(GPU_SMALL.maxBindingBytes)
    expect(slots).toBeGreaterThanOrEqual(2)
  })

  it('plans for 4 GiB of wasm32 to end everything, however much memory the device has', () => {
    const plan = planned({ ...WASM_DESKTOP, deviceGib: 32 }, STORIES)
    expect(plan.budgetBytes).toBe(2 * GIB)
  })

  it('shrinks with every share: fewer slots, then shorter ones, then without expansion, and at last one slot', () => {
    const plans = [1, 1 / 2, 1 / 4, 1 / 8].map((share) => planned({ ...WASM_DESKTOP, share }, STORIES))
    expect(plans.map(({ slots, contextTokens, expand }) => [slots, contextTokens, expand])).toEqual([
      [8, 512, true],
      [4, 512, true],
      [2, 512, false],
      [1, 512, false],
    ])
    for (const [i, { totalBytes }] of plans.entries())
      expect(totalBytes).toBeLessThan(plans[i - 1]?.totalBytes ?? Infinity)
  })

  it('counts the scores that attention on a processor writes out, by context and rows', () => {
    const once = planned(WASM_DESKTOP, STORIES)
    const twice = planned(WASM_DESKTOP, { ...STORIES, runRows: 2 * STORIES.runRows })
    const scores = 2 * (STORIES.hiddenSize / STORIES.headDimension) * STORIES.contextTokens * STORIES.runRows * 4
    expect(twice.totalBytes - once.totalBytes).toBeGreaterThan(scores)
    expect(twice.slots).toBe(once.slots)
  })

  it('counts keys and values twice where each run makes them anew', () => {
    const once = planned(GPU_DESKTOP, SMOL_135M)
    const twice = planned(GPU_DESKTOP, { ...SMOL_135M, cacheCopies: 2 })
    expect(twice.keyValueBytes / twice.slots).toBe((2 * once.keyValueBytes) / once.slots)
  })

  it('gives the plain path its one slot', () => {
    expect(planned(GPU_DESKTOP, { ...LLAMA_1B, maxSlots: 1 })).toMatchObject({ slots: 1, contextTokens: 32_768 })
  })

  it('never exceeds its budget, nor eight slots, nor the context, for any device and model', () => {
    for (const deviceGib of [null, 0.25, 0.5, 1, 2, 4, 8, 16, 32]) {
      for (const share of [1, 1 / 2, 1 / 4, 1 / 8]) {
        for (const device of [WASM_DESKTOP, WASM_PHONE, GPU_DESKTOP, GPU_PHONE]) {
          for (const model of [STORIES, SMOL_135M, LLAMA_1B]) {
            const plan = planMemory({ ...device, deviceGib, share }, model)
            if ('refused' in plan) continue
            expect(plan.totalBytes).toBeLessThanOrEqual(plan.budgetBytes)
            expect(plan.slots).toBeGreaterThanOrEqual(1)
            expect(plan.slots).toBeLessThanOrEqual(8)
            expect(plan.contextTokens).toBeLessThanOrEqual(model.contextTokens)
          }
        }
      }
    }
  })
})

describe('what a browser tells of its memory', () => {
  const desktop = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36'
  it.each([
    [
      { userAgent: desktop, deviceMemory: 8, userAgentData: { mobile: false } },
      { isPhone: false, deviceGib: 8 },
    ],
    [{ userAgent: desktop }, { isPhone: false, deviceGib: null }],
    [{ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)' }, { isPhone: true, deviceGib: null }],
    [
      { userAgent: desktop, userAgentData: { mobile: true } },
      { isPhone: true, deviceGib: null },
    ],
  ])('is read from %o', (navigator, expected) => {
    expect(readDeviceMemory(navigator)).toEqual(expected)
  })
})
