import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../../../src/engine/messages.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import { noiseKeyOf } from '../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import { chooseToken } from '../../../src/protocol/sampling/token-rule.ts'
import { CORE_FIXTURES } from '../../../tools/fixtures/fixtures.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import { createScheduler, type Scheduler } from '../../../workers/inference/generation/scheduler.ts'
import type { Decoder } from '../../../workers/inference/session/decoder.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { openBoth, openSoftwareGpu, PREFILL_ROWS } from './captured-fixture.ts'
import { answerOf } from './open-engine.ts'

const TOKENS = 40
const CONTEXT = 80
const SEED = Uint8Array.from({ length: 32 }, (_, i) => 3 * i + 1)
const SAMPLED: Sampler = { temperatureMilli: 900, topK: 40, topPMilli: 950 }
const SHAPE = { exactness: { kind: 'window', rows: 4 }, prefillChunk: PREFILL_ROWS } as const
const CELL: Cell = {
  ...SHAPE,
  provider: 'webgpu',
  vendor: 'google',
  architecture: 'swiftshader',
  browser: 'chromium',
  ortVersion: '1.30.0',
  threads: 1,
  precision: 'fp32',
  transformVersion: 1,
  modelRoot: 'ab'.repeat(32),
  graphHash: 'cd'.repeat(32),
}
const never = new AbortController().signal

/** A prompt that quotes itself, so that there is something to guess from. */
function requestOf(start: number, sampler: Sampler, vocabularySize: number): GenerateOptions {
  const phrase = Array.from({ length: 5 }, (_, i) => (start * 31 + i * 17) % vocabularySize)
  const promptIds = [...phrase, (start + 90) % vocabularySize, ...phrase, (start + 91) % vocabularySize, ...phrase]
  return { promptIds, resumedIds: [], maxTokens: TOKENS, stopIds: [], sampler, seed: SEED }
}

/** The exported graph on the same device, one sequence, one row a step, the token rule and nothing else. */
async function simpleLoop(decoder: Decoder, { promptIds, sampler, seed }: GenerateOptions): Promise<number[]> {
  const { vocabularySize } = decoder.config
  const inputs = [...promptIds]
  let cache = decoder.emptyCache()
  for (let past = 0; ; ) {
    const fed = inputs.slice(past, past + PREFILL_ROWS)
    const output = await decoder.run(cache, past, fed)
    cache = output.cache
    past += fed.length
    if (past < inputs.length) continue
    const position = inputs.length - promptIds.length
    inputs.push(chooseToken(output.logits.subarray(-vocabularySize), sampler, noiseKeyOf(seed), position))
    if (position + 1 < TOKENS) continue
    decoder.dispose(cache)
    return inputs.slice(promptIds.length)
  }
}

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
      const { plain, captured, config } = await openBoth(ort, gpu, wide, { slots: 4, contextTokens: CONTEXT })
      expect(captured.capture).toEqual({ kind: 'captured' })
      const openScheduler = (drafts: boolean): Scheduler =>
        createScheduler({
          decoder: captured,
          cell: CELL,
          drafts,
          now: () => performance.now(),
          yieldTurn: () => Promise.resolve(),
        })
      const requests = [GREEDY, SAMPLED].flatMap((sampler) =>
        [1, 2].map((start) => requestOf(start, sampler, config.vocabularySize)),
      )
      const expected: number[][] = []
      for (const request of requests) expected.push(await simpleLoop(plain, request))

      const alone = openScheduler(false)
      for (const i of [0, 2]) {
        const request = requests[i]
        if (request === undefined) throw new Error('four requests')
        expect((await answerOf(alone.generate(request, never))).ids, 'alone').toEqual(expected[i])
        expect((await answerOf(alone.generate(request, never))).ids, 'on a prefix hit').toEqual(expected[i])
        const resumedIds = expected[i]?.slice(0, 32) ?? []
        const resumed = await answerOf(alone.generate({ ...request, resumedIds }, never))
        expect(resumed.ids, 'resumed').toEqual(expected[i]?.slice(32))
      }
      await alone.dispose()
      for (const drafts of [false, true]) {
        const scheduler = openScheduler(drafts)
        const answers = await Promise.all(requests.map((request) => answerOf(scheduler.generate(request, never))))
        expect(
          answers.map(({ ids }) => ids),
          drafts ? 'with guesses' : 'in a batch',
        ).toEqual(expected)
        const reports = await Promise.all(
          requests.map(({ promptIds, sampler, seed }, i) => {
            const { ids: outputIds, rowsHashes, commitments } = answers[i] ?? expect.unreachable()
            const claim = { outputIds, rowsHashes, commitments, probes: [] }
            return scheduler.check({ promptIds, ...claim, sampler, seed, cell: CELL }, never)
          }),
        )
        for (const report of reports)
          expect(report).toMatchObject({
            exactPair: true,
            tokensMatched: TOKENS,
            segments: [{ rowsEqual: true }, { rowsEqual: true }],
          })
        await scheduler.dispose()
      }
      await plain.release()
      await captured.release()
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
