import { describe, expect, it } from 'vitest'
import { recordDispatches } from '../../../../../workers/inference/session/captured-recording.ts'
import { createMemoryGpu } from './memory-gpu.ts'

const pipeline = (name: string) => name as unknown as GPUComputePipeline
const group = (name: string) => name as unknown as GPUBindGroup

function open() {
  const seen: string[] = []
  const { device } = createMemoryGpu((p, g) => seen.push(`${String(p)}/${String(g)}`))
  return { device, seen }
}

/** Two passes in two submissions, as ORT sends them. */
async function sendTwo(device: GPUDevice): Promise<void> {
  const buffer = device.createCommandEncoder()
  const pass = buffer.beginComputePass()
  pass.setPipeline(pipeline('a'))
  pass.setBindGroup(0, group('x'))
  pass.dispatchWorkgroups(2)
  pass.setBindGroup(0, group('y'))
  pass.dispatchWorkgroups(3, 4)
  pass.end()
  device.queue.submit([buffer.finish()])
  const other = device.createCommandEncoder()
  const second = other.beginComputePass()
  second.setPipeline(pipeline('b'))
  second.setBindGroup(0, group('z'))
  second.dispatchWorkgroupsIndirect({} as GPUBuffer, 8)
  second.end()
  device.queue.submit([other.finish()])
}

describe('a recording', () => {
  it('lets everything through, and repeats it in one pass', async () => {
    const { device, seen } = open()
    const recording = await recordDispatches(device, () => sendTwo(device))
    expect(seen).toEqual(['a/x', 'a/y', 'b/z'])
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    recording?.encode(pass)
    pass.end()
    device.queue.submit([encoder.finish()])
    expect(seen).toEqual(['a/x', 'a/y', 'b/z', 'a/x', 'a/y', 'b/z'])
  })

  it('notices nothing any more once it is made', async () => {
    const { device } = open()
    const before = [device.createCommandEncoder, device.createBuffer, device.queue.writeBuffer]
    await recordDispatches(device, () => sendTwo(device))
    expect([device.createCommandEncoder, device.createBuffer, device.queue.writeBuffer]).toEqual(before)
    await expect(recordDispatches(device, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
    expect([device.createCommandEncoder, device.createBuffer, device.queue.writeBuffer]).toEqual(before)
  })

  it.each<[string, (device: GPUDevice, pass: GPUComputePassEncoder, encoder: GPUCommandEncoder) => void]>([
    [
      'writes a buffer',
      (device) => device.queue.writeBuffer(device.createBuffer({ size: 4, usage: 8 }), 0, new Uint8Array(4)),
    ],
    ['makes a buffer', (device) => void device.createBuffer({ size: 4, usage: 8 })],
    [
      'copies',
      (device, _, encoder) => {
        const [from, to] = [device.createBuffer({ size: 4, usage: 4 }), device.createBuffer({ size: 4, usage: 8 })]
        encoder.copyBufferToBuffer(from, 0, to, 0, 4)
      },
    ],
    ['binds a second group', (_, pass) => pass.setBindGroup(1, group('w'))],
    ['binds at an offset', (_, pass) => pass.setBindGroup(0, group('x'), [256])],
  ])('is not made of work that %s', async (_, act) => {
    const { device } = open()
    const recording = await recordDispatches(device, async () => {
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      pass.setPipeline(pipeline('a'))
      pass.setBindGroup(0, group('x'))
      act(device, pass, encoder)
      pass.dispatchWorkgroups(1)
      pass.end()
      device.queue.submit([encoder.finish()])
    })
    expect(recording).toBeNull()
  })

  it('is not made of nothing', async () => {
    const { device } = open()
    expect(await recordDispatches(device, () => Promise.resolve())).toBeNull()
  })
})
