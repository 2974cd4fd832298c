import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CORE_FIXTURES } from '../../../tools/fixtures/fixtures.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { openBoth, openSoftwareGpu, plainGreedy, prefill, promptOf } from './captured-fixture.ts'

const TOKENS = 16
const CONTEXT = 64

let gpu: Gpu
beforeAll(async () => {
  gpu = await openSoftwareGpu()
})
afterAll(() => gpu.device.destroy())

describe('two sequences, ahead of the host together, write what the simple loop writes of each', () => {
  it.each(CORE_FIXTURES.map(({ name, options }) => [name, options] as const))(
    '%s',
    async (_, options) => {
      // As wide as the text: a narrower view is refused.
      const wide = { ...options, dimensions: { ...options.dimensions, window: CONTEXT } }
      const { plain, captured, config } = await openBoth(ort, gpu, wide, { slots: 2, contextTokens: CONTEXT })
      try {
        expect(captured.capture).toEqual({ kind: 'captured' })
        const prompts = [4, 21].map((length, i) => promptOf(i + 2, length, config.vocabularySize))
        const expected: number[][] = []
        for (const [slot, prompt] of prompts.entries()) {
          expected.push(await plainGreedy(plain, prompt, TOKENS))
          await prefill(captured, slot, prompt)
        }
        const rows = prompts.map((prompt, slot) => ({
          slot,
          start: prompt.length - 1,
          ids: prompt.slice(-1),
          position: 0,
          sampler: GREEDY,
          noise: [0, 0] as const,
        }))
        const results = await captured.resident.runAhead(rows, TOKENS)
        expect(results.map((steps) => steps.map((step) => step.id))).toEqual(expected)
      } finally {
        await plain.release()
        await captured.release()
      }
    },
    120_000,
  )
})

it('a model whose layers do not see the whole context is refused', async () => {
  const options = CORE_FIXTURES.find(({ name }) => name.startsWith('gemma3'))?.options
  if (options === undefined) throw new Error('no such fixture')
  const opening = openBoth(ort, gpu, options, { slots: 2, contextTokens: CONTEXT })
  await expect(opening).rejects.toMatchObject({ code: 'engine/model-unsupported', message: /see only 16 tokens/ })
}, 60_000)
