import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cdp } from 'vitest/browser'
import { GREEDY } from '../../../tools/greedy.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { argmax, type BothDecoders, openBoth, openSoftwareGpu, prefill, promptOf } from './captured-fixture.ts'

const STEPS = 16
const BLOCKS = 3

/** CPU time of this thread so far, in seconds: not what it waited for the device. */
async function threadSeconds(): Promise<number> {
  const { metrics } = await cdp().send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

describe('what a step costs the page', () => {
  let gpu: Gpu
  let both: BothDecoders
  beforeAll(async () => {
    await cdp().send('Performance.enable', { timeDomain: 'threadTicks' })
    gpu = await openSoftwareGpu()
    const dimensions = { layers: 12 }
    const options = { family: 'llama', precision: 'q4', positionIds: false, externalData: false, seed: 1 } as const
    both = await openBoth(ort, gpu, { ...options, dimensions }, { slots: 1, contextTokens: 128 })
  }, 180_000)
  afterAll(async () => {
    await both.plain.release()
    await both.captured.release()
    gpu.device.destroy()
  })

  /** The loop as transformers.js runs it: keys and values as new buffers of every run, logits read back, one row. */
  async function plainSteps(prompt: readonly number[]): Promise<number> {
    const { plain } = both
    let { cache, logits } = await plain.run(plain.emptyCache(), 0, prompt)
    let past = prompt.length
    const before = await threadSeconds()
    for (let i = 0; i < STEPS; i++) {
      const id = argmax(logits.subarray(-plain.config.vocabularySize))
      ;({ cache, logits } = await plain.run(cache, past++, [id]))
    }
    const seconds = (await threadSeconds()) - before
    plain.dispose(cache)
    return seconds / STEPS
  }

  async function capturedSteps(prompt: readonly number[]): Promise<number> {
    const { captured } = both
    await prefill(captured, 0, prompt)
    const row = { slot: 0, start: prompt.length - 1, ids: prompt.slice(-1), position: 0 }
    const before = await threadSeconds()
    await captured.resident.runAhead([{ ...row, sampler: GREEDY, noise: [0, 0] }], STEPS)
    return ((await threadSeconds()) - before) / STEPS
  }

  it('is at most a fifth when steps are replayed on the device', async () => {
    const prompt = promptOf(4, 9, both.config.vocabularySize)
    await plainSteps(prompt)
    await capturedSteps(prompt)
    const plain: number[] = []
    const captured: number[] = []
    for (let block = 0; block < BLOCKS; block++) {
      plain.push(await plainSteps(prompt))
      captured.push(await capturedSteps(prompt))
    }
    const ratio = median(captured) / median(plain)
    console.log(
      `ms of page CPU per step: ${(median(plain) * 1e3).toFixed(2)} encoded, ${(median(captured) * 1e3).toFixed(2)} replayed`,
    )
    expect(ratio).toBeLessThanOrEqual(1 / 5)
  }, 180_000)
})

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
