import { expect } from 'vitest'
import type { GenerateOptions } from '../../../src/engine/messages.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import { noiseKeyOf } from '../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import { chooseToken } from '../../../src/protocol/sampling/token-rule.ts'
import type { DecoderFixtureOptions } from '../../../tools/fixtures/decoder-fixture.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import { createScheduler, type Scheduler } from '../../../workers/inference/generation/scheduler.ts'
import { TRANSFORM_VERSION } from '../../../workers/inference/graph/graph-hash.ts'
import type { Decoder } from '../../../workers/inference/session/decoder.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import { openPlain } from '../../../workers/inference/session/open-path.ts'
import type { Ort } from '../../../workers/inference/session/ort-api.ts'
import { prepareGraph } from '../../../workers/inference/session/prepare-graph.ts'
import type { SlotDecoder } from '../../../workers/inference/session/slot-decoder.ts'
import { ALL_TECHNIQUES } from '../../../workers/inference/techniques.ts'
import { openBoth, openExported, PREFILL_ROWS, partsOf } from './captured-fixture.ts'
import { answerOf } from './open-engine.ts'

const TOKENS = 40
export const CONTEXT = 80
const SLOTS = 4
const SEED = Uint8Array.from({ length: 32 }, (_, i) => 3 * i + 1)
const SAMPLED: Sampler = { temperatureMilli: 900, topK: 40, topPMilli: 950 }
const CELL: Cell = {
  exactness: { kind: 'window', rows: 4 },
  prefillChunk: PREFILL_ROWS,
  provider: 'webgpu',
  vendor: 'google',
  architecture: 'swiftshader',
  browser: 'chromium',
  ortVersion: '1.30.0',
  threads: 1,
  precision: 'fp32',
  transformVersion: TRANSFORM_VERSION,
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

function requestsFor(vocabularySize: number): GenerateOptions[] {
  return [GREEDY, SAMPLED].flatMap((sampler) => [1, 2].map((start) => requestOf(start, sampler, vocabularySize)))
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

async function answersOf(decoder: Decoder, requests: readonly GenerateOptions[]): Promise<number[][]> {
  const answers: number[][] = []
  for (const request of requests) answers.push(await simpleLoop(decoder, request))
  return answers
}

function openScheduler(decoder: SlotDecoder, cell: Cell, drafts: boolean): Scheduler {
  return createScheduler({
    decoder,
    cell,
    drafts,
    now: () => performance.now(),
    yieldTurn: () => Promise.resolve(),
  })
}

/** Alone, on what was left of it, and gone on with after a segment. */
async function compareAlone(scheduler: Scheduler, requests: readonly GenerateOptions[], expected: number[][]) {
  for (const i of [0, 2]) {
    const request = requests[i] ?? expect.unreachable()
    expect((await answerOf(scheduler.generate(request, never))).ids, 'alone').toEqual(expected[i])
    expect((await answerOf(scheduler.generate(request, never))).ids, 'on a prefix hit').toEqual(expected[i])
    const resumedIds = expected[i]?.slice(0, 32) ?? []
    const resumed = await answerOf(scheduler.generate({ ...request, resumedIds }, never))
    expect(resumed.ids, 'resumed').toEqual(expected[i]?.slice(32))
  }
  await scheduler.dispose()
}

/**
 * The captured decoder through the scheduler: alone, on a prefix hit, resumed, in a batch and with guesses the tokens of the simple loop, greedy
 * and sampled; and rows that a check repeats. Returns how many requests were compared.
 */
export async function compareCaptured(ort: Ort, gpu: Gpu, options: DecoderFixtureOptions): Promise<number> {
  const { plain, captured, config } = await openBoth(ort, gpu, options, { slots: SLOTS, contextTokens: CONTEXT })
  try {
    expect(captured.capture).toEqual({ kind: 'captured' })
    const requests = requestsFor(config.vocabularySize)
    const expected = await answersOf(plain, requests)
    await compareAlone(openScheduler(captured, CELL, false), requests, expected)
    for (const drafts of [false, true]) {
      const scheduler = openScheduler(captured, CELL, drafts)
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
      for (const report of reports) {
        expect(report).toMatchObject({
          exactPair: true,
          tokensMatched: TOKENS,
          segments: [{ rowsEqual: true }, { rowsEqual: true }],
        })
      }
      await scheduler.dispose()
    }
    return expected.length
  } finally {
    await plain.release()
    await captured.release()
  }
}

/** The engine's plain path, for what the captured one does not take: the same tokens, alone, on a prefix hit, resumed and by turns. */
export async function comparePlain(ort: Ort, gpu: Gpu, options: DecoderFixtureOptions): Promise<number> {
  const parts = partsOf(options)
  const { config } = parts
  const exported = await openExported(ort, parts, gpu)
  const { decoder } = await openPlain({
    ort,
    graph: await prepareGraph(parts.file, { provider: 'webgpu', expand: false }, parts.externalData),
    config,
    gpu,
    isFloat: options.precision === 'fp32',
    slots: SLOTS,
    contextTokens: CONTEXT,
    techniques: ALL_TECHNIQUES,
    now: () => performance.now(),
  })
  try {
    const requests = requestsFor(config.vocabularySize)
    const expected = await answersOf(exported, requests)
    const cell: Cell = { ...CELL, exactness: { kind: 'none' } }
    await compareAlone(openScheduler(decoder, cell, false), requests, expected)
    const scheduler = openScheduler(decoder, cell, false)
    const answers = await Promise.all(requests.map((request) => answerOf(scheduler.generate(request, never))))
    expect(
      answers.map(({ ids }) => ids),
      'by turns',
    ).toEqual(expected)
    await scheduler.dispose()
    return expected.length
  } finally {
    await exported.release()
    await decoder.release()
  }
}
