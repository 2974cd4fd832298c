import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CORE_FIXTURES } from '../../../tools/fixtures/fixtures.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { openBoth, openSoftwareGpu } from './captured-fixture.ts'
import { CONTEXT, compareCaptured } from './compare-on-webgpu.ts'

/** All fixtures take half an hour: `npm run test:identity`. */
describe('captured steps, on software WebGPU, write the tokens of the simple loop', () => {
  let gpu: Gpu
  beforeAll(async () => {
    gpu = await openSoftwareGpu()
  })
  afterAll(() => gpu.device.destroy())

  it.each(CORE_FIXTURES)(
    '$name: alone, resumed, on a prefix hit, in a batch and with guesses, and commit rows that a prefill repeats',
    async ({ options }) => {
      // Layers that see as far as the text: a narrower view is refused, and takes the plain path.
      const wide = { ...options, dimensions: { ...options.dimensions, window: CONTEXT } }
      expect(await compareCaptured(ort, gpu, wide)).toBe(4)
    },
    240_000,
  )

  it('refuse a model whose layers do not see the whole context', async () => {
    const options = CORE_FIXTURES.find(({ name }) => name.startsWith('gemma3'))?.options
    if (options === undefined) throw new Error('no such fixture')
    const opening = openBoth(ort, gpu, options, { slots: 2, contextTokens: 64 })
    await expect(opening).rejects.toMatchObject({ code: 'engine/model-unsupported', message: /see only 16 tokens/ })
  }, 60_000)
})
