import { expect, test } from 'vitest'
import { describeDeviceKind } from '../../../src/platform/device-kind.ts'

function gpuWith(...features: string[]) {
  return { requestAdapter: async () => ({ features: new Set(features) }) }
}

test('half precision is what the adapter says', async () => {
  expect(await describeDeviceKind({ gpu: gpuWith('shader-f16'), deviceMemory: 8 })).toEqual({
    kind: 'webgpu-f16',
    memoryBytes: 8 * 1024 ** 3,
  })
  expect(await describeDeviceKind({ gpu: gpuWith() })).toEqual({ kind: 'webgpu', memoryBytes: null })
})

test.each([
  ['no WebGPU', {}],
  ['no adapter', { gpu: { requestAdapter: async () => null } }],
  ['an adapter that fails', { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } }],
])('%s leaves the processor', async (_, sources) => {
  expect((await describeDeviceKind(sources)).kind).toBe('wasm')
})
