import { describe, expect, it } from 'vitest'
import type { CodedError } from '../../../../../src/protocol/errors.ts'
import { openGpu } from '../../../../../workers/inference/session/gpu-device.ts'

/** A graphics card that does on request what real ones do by themselves. */
function createScriptedGpu(found = true) {
  const device = new EventTarget() as EventTarget & { lost: Promise<{ reason: string }> }
  let lose: (info: { reason: string }) => void = () => undefined
  device.lost = new Promise((resolve) => {
    lose = resolve
  })
  const requested: GPUDeviceDescriptor[] = []
  const adapter = {
    info: { vendor: 'acme', architecture: 'gen-1' },
    features: new Set(['subgroups', 'timestamp-query']),
    limits: { maxBufferSize: 4_096, maxStorageBuffersPerShaderStage: 10 },
    requestDevice: async (descriptor: GPUDeviceDescriptor) => {
      requested.push(descriptor)
      return device
    },
  }
  return {
    gpu: { requestAdapter: async () => (found ? adapter : null) } as unknown as GPU,
    requested,
    lose: (reason: string) => lose({ reason }),
    report: (message: string) =>
      device.dispatchEvent(Object.assign(new Event('uncapturederror'), { error: { message } })),
  }
}

async function open(scripted = createScriptedGpu()) {
  const losses: CodedError[] = []
  const offer = await openGpu(scripted.gpu, (error) => losses.push(error))
  if ('unavailable' in offer) throw new Error(offer.unavailable)
  return { ...scripted, ...offer.gpu, losses }
}

describe('the graphics card', () => {
  it('is reported missing in one plain sentence', async () => {
    expect(await openGpu(undefined, () => undefined)).toEqual({ unavailable: expect.stringContaining('no WebGPU') })
    expect(await openGpu(createScriptedGpu(false).gpu, () => undefined)).toEqual({
      unavailable: expect.stringContaining('no usable'),
    })
  })

  it('is asked for its largest limits and for the features in use, and named coarsely', async () => {
    const { requested, vendor, architecture } = await open()
    expect(requested[0]).toMatchObject({ requiredFeatures: ['subgroups'], requiredLimits: { maxBufferSize: 4_096 } })
    expect([vendor, architecture]).toEqual(['acme', 'gen-1'])
  })

  it('fails one run for an error that nobody caught', async () => {
    const { report, watch } = await open()
    expect(watch.takeFailure()).toBeNull()
    report('too many buffers')
    report('and another')
    expect(watch.takeFailure()).toMatchObject({
      code: 'engine/run-failed',
      message: expect.stringContaining('too many buffers'),
    })
    expect(watch.takeFailure()).toBeNull()
  })

  it('fails every run after it was lost, and says so once', async () => {
    const { lose, watch, losses } = await open()
    lose('unknown')
    await Promise.resolve()
    expect(losses.map((loss) => loss.code)).toEqual(['engine/device-lost'])
    expect([watch.takeFailure()?.code, watch.takeFailure()?.code]).toEqual(['engine/device-lost', 'engine/device-lost'])
  })

  it('is not lost when we close it ourselves', async () => {
    const { lose, watch, losses } = await open()
    lose('destroyed')
    await Promise.resolve()
    expect([losses, watch.takeFailure()]).toEqual([[], null])
  })
})
