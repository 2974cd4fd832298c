import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { openModelFolder } from '../../../../../tools/bench/node-runtime.ts'
import { createRuntime } from '../../../../../workers/inference/runtime.ts'
import type { GpuOffer } from '../../../../../workers/inference/session/gpu-device.ts'

/** A graphics card that opens, and that the build of ORT in Node cannot use. */
function createUselessGpu(features: string[] = []): { offer: GpuOffer; destroyed: () => boolean } {
  let destroyed = false
  const device = {
    features: new Set(features),
    destroy: () => {
      destroyed = true
    },
  } as unknown as GPUDevice
  return {
    offer: { gpu: { device, vendor: 'acme', architecture: 'gen-1', watch: { takeFailure: () => null } } },
    destroyed: () => destroyed,
  }
}

async function load(provider: 'auto' | 'webgpu', offer: GpuOffer) {
  const model = await openModelFolder()
  const read: string[] = []
  const runtime = createRuntime({
    importOrt: async () => ort,
    openGpu: async () => offer,
    browser: 'chromium 156',
    now: () => performance.now(),
    yieldTurn: async () => undefined,
    onFatal: () => undefined,
  })
  const readFile = (path: string) => {
    read.push(path)
    return model.readFile(path)
  }
  return {
    info: runtime.load({ ...model.source, provider }, { ...model, readFile }, new AbortController().signal),
    read,
  }
}

describe('a graphics card that fails while it is tested', () => {
  it('is given up for the processor, with one plain sentence, and closed', async () => {
    const gpu = createUselessGpu()
    const { info } = await load('auto', gpu.offer)
    const { cell, selfTests } = await info
    expect(selfTests.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['webgpu', 'refused'],
      ['webgpu', 'refused'],
      ['wasm', 'passed'],
    ])
    expect(selfTests[0]?.summary).toMatch(/^The graphics card’s fast path failed while it was tested: /)
    expect(selfTests[1]?.summary).toMatch(/^The graphics card failed while it was tested: /)
    expect(cell).toMatchObject({ provider: 'wasm', vendor: '', browser: '' })
    expect(gpu.destroyed()).toBe(true)
  }, 60_000)

  it('is asked again in half precision where its shaders have that', async () => {
    const { info, read } = await load('webgpu', createUselessGpu(['shader-f16']).offer)
    await expect(info).rejects.toMatchObject({ code: 'engine/no-provider' })
    expect(read.filter((path) => path.startsWith('onnx/'))).toEqual(['onnx/model_q4.onnx', 'onnx/model_q4f16.onnx'])
  })

  it('leaves nobody to serve when only it was allowed', async () => {
    const gpu = createUselessGpu()
    const { info } = await load('webgpu', gpu.offer)
    await expect(info).rejects.toMatchObject({
      code: 'engine/no-provider',
      nextStep: expect.stringContaining('another'),
    })
    expect(gpu.destroyed()).toBe(true)
  })
})
