import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../../../src/protocol/errors.ts'
import { createStaticCache } from '../../../../../workers/inference/session/captured-cache.ts'
import { proveCapture } from '../../../../../workers/inference/session/captured-proof.ts'
import { createStepRunner } from '../../../../../workers/inference/session/captured-runner.ts'
import { allocateStep, bindStep } from '../../../../../workers/inference/session/captured-step.ts'
import { createGpuBuffers } from '../../../../../workers/inference/session/gpu-buffers.ts'
import type { OrtSession } from '../../../../../workers/inference/session/ort-api.ts'
import { createMemoryGpu, createToySession, memoryOf, TOY_CONFIG, TOY_GRAPH, TOY_ORT } from './memory-gpu.ts'

type Run = (graphId: string, honest: () => Promise<unknown>) => Promise<unknown>

interface Hardware {
  /** How the session runs a step. */
  run?: Run
  /** What a repeated dispatch does to the rows that are there; by itself it does what the session did. */
  repeat?: (rows: Float32Array) => void
}

async function prove({ run = (_, honest) => honest(), repeat }: Hardware) {
  let redo: () => void = () => undefined
  let repeats = 0
  let recorded = false
  const { device } = createMemoryGpu(() => {
    if (!recorded) return
    repeats++
    redo()
  })
  const toy = createToySession()
  const ids: string[] = []
  const session = {
    async run(...args: Parameters<OrtSession['run']>) {
      const graphId = String(args[2]?.extra?.['gpu_graph_id'])
      ids.push(graphId)
      await run(graphId, () => toy.run(...args))
      redo = () => {
        void toy.run(...args)
        repeat?.(new Float32Array(memoryOf(step.buffers.hidden).bytes.buffer))
      }
      if (repeat === undefined || graphId === '-1') return {}
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      pass.setPipeline({} as GPUComputePipeline)
      pass.setBindGroup(0, {} as GPUBindGroup)
      pass.dispatchWorkgroups(1)
      pass.end()
      device.queue.submit([encoder.finish()])
      recorded = ids.filter((id) => id === graphId).length > 1
      return {}
    },
  } as unknown as OrtSession
  const gpuBuffers = createGpuBuffers(device)
  const model = { ort: TOY_ORT, graph: TOY_GRAPH, config: TOY_CONFIG }
  const shape = { batch: 2, rows: 4, wanted: 4 }
  const cacheShape = { lanes: 2, kvHeads: 2, positions: 12, headDim: 2, type: 'float32' } as const
  const cache = createStaticCache(TOY_ORT, gpuBuffers, TOY_GRAPH.layers, cacheShape)
  const step = bindStep(model, allocateStep(model, gpuBuffers, shape), cache, shape)
  const runner = createStepRunner(session, device, { takeFailure: () => null })
  await proveCapture(runner, device, gpuBuffers, step, [0, 5], TOY_CONFIG.vocabularySize)
  return { runner, step, ids, repeats: () => repeats }
}

describe('the proof of a replay', () => {
  it('passes where replays give what the same step gives node by node', async () => {
    const { runner, ids } = await prove({})
    expect(runner.state).toEqual({ kind: 'captured' })
    expect(ids.filter((id) => id === '1')).toHaveLength(3)
  })

  it('fails where a replay repeats the text that it was captured with', async () => {
    let captured = false
    const { runner, step, ids } = await prove({
      async run(graphId, honest) {
        if (graphId === '-1' || !captured) await honest()
        captured ||= graphId !== '-1'
      },
    })
    expect(runner.state).toMatchObject({ kind: 'uncaptured', reason: expect.stringContaining('other numbers') })
    ids.length = 0
    await runner.run(step)
    expect(ids).toEqual(['-1'])
  })

  it('fails where the device refuses to capture', async () => {
    const { runner } = await prove({
      run: (graphId, honest) => (graphId === '-1' ? honest() : Promise.reject(new Error('no capture today'))),
    })
    expect(runner.state).toMatchObject({ kind: 'uncaptured', reason: expect.stringContaining('no capture today') })
  })

  it('ends with the device', async () => {
    const lost = new CodedError({ code: 'engine/device-lost', message: 'gone', nextStep: 'again' })
    await expect(prove({ run: () => Promise.reject(lost) })).rejects.toBe(lost)
  })

  it('lets steps be repeated without ORT where that gives the same', async () => {
    const { runner, step, ids, repeats } = await prove({ repeat: () => undefined })
    const before = repeats()
    ids.length = 0
    await runner.run(step)
    expect(ids).toEqual([])
    expect(repeats()).toBe(before + 1)
  })

  it('leaves replays to ORT where our repetition gives something else', async () => {
    const { runner, step, ids } = await prove({
      repeat: (rows) => {
        rows[0] = 0.5
      },
    })
    expect(runner.state).toEqual({ kind: 'captured' })
    ids.length = 0
    await runner.run(step)
    expect(ids).toEqual(['1'])
  })
})
