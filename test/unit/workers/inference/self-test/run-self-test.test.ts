import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MODEL_FOLDER } from '../../../../../tools/bench/node-runtime.ts'
import { type KnownAnswers, parseKnownAnswers } from '../../../../../workers/inference/self-test/known-answers.ts'
import { runSelfTest } from '../../../../../workers/inference/self-test/run-self-test.ts'
import { createPlainSlots } from '../../../../../workers/inference/session/plain-slots.ts'
import { createSequence } from '../../../../../workers/inference/session/sequence.ts'
import { openEmbedded } from '../embedded-model.ts'
import { createToyDecoder, type ToyDecoder, type ToyOptions } from '../toy-decoder.ts'

const LENGTHS = [8, 31, 32, 33, 64]

function slotsOver(toy: ToyDecoder) {
  return createPlainSlots(toy, { slots: 1, contextTokens: 256, exactPast: false })
}

function topOf(logits: Float32Array, count: number): [number, number][] {
  const pairs = [...logits].map((logit, id): [number, number] => [id, logit])
  return pairs.toSorted((a, b) => b[1] - a[1]).slice(0, count)
}

/** The known answers of an honest toy. */
async function toyAnswers(): Promise<KnownAnswers> {
  const prompt = Array.from({ length: 64 }, (_, i) => (i * 5) % 16)
  const ids = [3, 1, 4, 1, 5, 9, 2, 6]
  const sequence = createSequence(slotsOver(createToyDecoder()), 0, 1)
  const rows = await sequence.extend([...prompt, ...ids])
  const prefill = LENGTHS.map((length) => {
    const top = topOf(rows.logits(length - 1), 4)
    return { length, argmax: top[0]?.[0] ?? 0, top }
  })
  const top = ids.map((_, i) => topOf(rows.logits(prompt.length - 1 + i), 4))
  return { version: 1, prompt, lengths: LENGTHS, prefill, decode: { start: 64, ids, top } }
}

function ticking(): () => number {
  let nowMs = 0
  return () => (nowMs += 100)
}

async function testToy(options: ToyOptions) {
  const decoder = createToyDecoder(options)
  return runSelfTest(slotsOver(decoder), await toyAnswers(), { provider: 'webgpu', now: ticking(), window: true })
}

describe('the self-test', () => {
  it('passes one-thread WASM with the answers shipped with the model, and finds a window of two exact', async () => {
    const answers = parseKnownAnswers(await readFile(join(MODEL_FOLDER, 'known-answers.json')))
    const result = await runSelfTest(await openEmbedded(), answers, { provider: 'wasm', now: ticking(), window: true })
    expect(result).toMatchObject({
      outcome: 'usable',
      report: { provider: 'wasm', outcome: 'passed', prefillChunk: 64 },
      decode: { shape: { exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 }, slots: 8 },
    })
    expect(result.report.steps.map((step) => step.name)).toEqual([
      ...LENGTHS.map((n) => `prefill of ${n}`),
      'decode of 16',
    ])
    // The answers are rounded to six digits.
    for (const step of result.report.steps) expect(step.maxDifference).toBeLessThan(1e-4)
  }, 60_000)

  it('gives a device that is wrong from 32 rows on a chunk of 16, and says so', async () => {
    const result = await testToy({ bias: (rows) => (rows >= 32 ? 50 : 0) })
    expect(result).toMatchObject({
      outcome: 'usable',
      decode: { shape: { prefillChunk: 16, exactness: { kind: 'window', rows: 2 } } },
    })
    expect(result.report).toMatchObject({ outcome: 'passed-with-smaller-chunk', prefillChunk: 16 })
    expect(result.report.summary).toMatch(/wrongly .* so it reads 16 at a time/)
    const failed = result.report.steps.filter((step) => !step.passed)
    expect(failed.map((step) => step.name)).toEqual(['prefill of 32'])
  })

  it('refuses a device that is wrong at every size', async () => {
    const result = await testToy({ bias: () => 50 })
    expect(result).toMatchObject({ outcome: 'refused', report: { outcome: 'refused', prefillChunk: 0 } })
    expect(result.report.summary).toMatch(/wrong answers .* not used/)
  })

  it('refuses a device that reads right but writes wrong', async () => {
    const result = await testToy({ bias: (rows, position) => (rows <= 4 && position >= 64 ? 50 : 0) })
    expect(result).toMatchObject({ outcome: 'refused' })
    expect(result.report.steps.at(-1)).toMatchObject({ name: 'decode of 8', passed: false })
  })

  it('refuses a device that answers with no numbers at all', async () => {
    const result = await testToy({ bias: () => Number.NaN })
    expect(result.report.outcome).toBe('refused')
  })

  it('lets a device pass that only rounds otherwise', async () => {
    const result = await testToy({ bias: (_, position) => 1e-3 * (position % 3) })
    expect(result.report.outcome).toBe('passed')
  })
})

describe('the exactness that the self-test finds', () => {
  it('is a window of four where two rows still use the kernels of one', async () => {
    const result = await testToy({ bias: (rows) => (rows < 4 ? 1e-3 : 0) })
    expect(result).toMatchObject({ decode: { shape: { exactness: { kind: 'window', rows: 4 } } } })
  })

  it('is a replay where every number of rows has its own rounding', async () => {
    const result = await testToy({ bias: (rows) => 1e-3 * rows })
    expect(result).toMatchObject({ decode: { shape: { exactness: { kind: 'replay' } } } })
  })

  it('is none where the same run gives other bits each time', async () => {
    let calls = 0
    const result = await testToy({ bias: () => 1e-4 * (calls++ % 7) })
    expect(result).toMatchObject({ decode: { shape: { exactness: { kind: 'none' } } } })
  })
})
