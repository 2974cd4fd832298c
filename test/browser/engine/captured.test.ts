import * as ort from 'onnxruntime-web/jspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseAmong } from '../../../src/protocol/sampling/token-rule.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import type { Gpu } from '../../../workers/inference/session/gpu-device.ts'
import type { ResidentStep } from '../../../workers/inference/session/slot-decoder.ts'
import {
  argmax,
  type BothDecoders,
  capturedGreedy,
  openBoth,
  openSoftwareGpu,
  plainGreedy,
  prefill,
  promptOf,
} from './captured-fixture.ts'

const TOKENS = 12

let gpu: Gpu
beforeAll(async () => {
  gpu = await openSoftwareGpu()
})
afterAll(() => gpu.device.destroy())

describe.each([
  { family: 'llama', precision: 'fp32', positionIds: false },
  { family: 'smollm2', precision: 'q4', positionIds: true },
] as const)('captured steps of a tiny $family $precision', (kind) => {
  let both: BothDecoders
  beforeAll(async () => {
    both = await openBoth(ort, gpu, { ...kind, externalData: false, seed: 1 })
  }, 120_000)
  afterAll(async () => {
    await both.plain.release()
    await both.captured.release()
  })

  it('write what the simple loop writes', async () => {
    const { plain, captured, config } = both
    const texts: number[][] = []
    for (const [slot, length] of [5, 20].entries()) {
      const prompt = promptOf(slot + 1, length, config.vocabularySize)
      const expected = await plainGreedy(plain, prompt, TOKENS)
      expect(await capturedGreedy(captured, slot, prompt, TOKENS)).toEqual(expected)
      texts.push([...prompt, ...expected])
    }
    // Whoever ran last lies in front now; the other one is still whole.
    const [first = []] = texts
    const feed = { slot: 0, start: first.length - 2, ids: first.slice(-2, -1), wantedFrom: 0, wantedCount: 1 }
    const [answer] = await captured.run([feed])
    expect(argmax(answer?.logits(0) ?? new Float32Array())).toBe(first.at(-1))
    expect(new Set(texts.map((text) => text.slice(-TOKENS).join())).size).toBe(2)
    expect(captured.capture).toEqual({ kind: 'captured' })
  }, 120_000)

  it('give several sequences of different lengths together the bits that each gets alone, and a prefill too', async () => {
    const { captured, config } = both
    const prompts = [3, 9, 14].map((length, i) => promptOf(i + 7, length + TOKENS, config.vocabularySize))
    const rowsOf = new Map<string, Float32Array>()
    for (const [i, ids] of prompts.entries()) {
      const feed = { slot: 3, start: 0, ids: ids.slice(0, 15), wantedFrom: 0, wantedCount: 15 }
      const [answer] = await captured.run([feed])
      for (let at = 0; at < 15; at++) rowsOf.set(`${i} ${at}`, answer?.row(at) ?? new Float32Array())
    }
    await captured.copyPrefix(3, 0, 0)
    const starts = [3, 9, 14].map((length) => length - 2)
    for (const [slot, ids] of prompts.entries()) await prefill(captured, slot, ids.slice(0, (starts[slot] ?? 0) + 1))
    let compared = 0
    for (let step = 0; step < 6; step++) {
      const feeds = prompts.map((ids, slot) => {
        const start = (starts[slot] ?? 0) + 2 * step
        return { slot, start, ids: ids.slice(start, start + 2), wantedFrom: 0, wantedCount: 2 }
      })
      const answers = await captured.run(feeds)
      for (const [slot, { start }] of feeds.entries()) {
        for (const offset of [0, 1]) {
          const expected = rowsOf.get(`${slot} ${start + offset}`)
          if (expected === undefined) continue
          expect(answers[slot]?.row(offset)).toEqual(expected)
          compared++
        }
      }
    }
    expect(compared).toBeGreaterThan(15)
  }, 120_000)

  it('run ahead on the device to the same tokens, with the rows and candidates that choose them', async () => {
    const { plain, captured, config } = both
    const { resident } = captured
    const prompts = [2, 11, 6].map((length, i) => promptOf(i + 21, length, config.vocabularySize))
    const expected = []
    for (const [slot, prompt] of prompts.entries()) {
      expected.push(await plainGreedy(plain, prompt, TOKENS))
      await prefill(captured, slot, prompt)
    }
    const ids = prompts.map((prompt) => [...prompt])
    const steps: ResidentStep[][] = [[], [], []]
    while ((steps[0]?.length ?? 0) < TOKENS) {
      const rows = ids.map((all, slot) => ({
        slot,
        start: all.length - 1,
        ids: all.slice(-1),
        position: steps[slot]?.length ?? 0,
        sampler: GREEDY,
        noise: [1, 2] as const,
      }))
      const results = await resident.runAhead(rows, 4)
      for (const [slot, taken] of results.entries()) {
        steps[slot]?.push(...taken)
        ids[slot]?.push(...taken.map((step) => step.id))
      }
    }
    for (const [slot, prompt] of prompts.entries()) {
      expect(ids[slot]?.slice(prompt.length)).toEqual(expected[slot])
      for (const [i, step] of (steps[slot] ?? []).entries()) {
        const start = prompt.length - 1 + i
        const fed = ids[slot]?.slice(start, start + 1) ?? []
        const [answer] = await captured.run([{ slot, start, ids: fed, wantedFrom: 0, wantedCount: 1 }])
        const logits = answer?.logits(0) ?? new Float32Array()
        const order = [...logits.keys()].toSorted((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b).slice(0, 64)
        expect([...step.candidateIds]).toEqual(order)
        expect([...step.candidateLogits]).toEqual(order.map((id) => logits[id]))
        expect(step.row).toEqual(answer?.row(0))
      }
    }
  }, 120_000)

  it('guess what the token rule samples', async () => {
    const { captured, config } = both
    const { resident } = captured
    const prompt = promptOf(3, 8, config.vocabularySize)
    const samplers = [
      { temperatureMilli: 700, topK: 40, topPMilli: 950 },
      { temperatureMilli: 2_000, topK: 64, topPMilli: 1_000 },
      { temperatureMilli: 1_000, topK: 3, topPMilli: 500 },
      GREEDY,
    ]
    const noise = [0x1234_5678, 0x9abc_def0] as const
    for (const slot of samplers.keys()) await prefill(captured, slot, prompt)
    const rows = samplers.map((sampler, slot) => ({
      slot,
      start: prompt.length - 1,
      ids: prompt.slice(-1),
      position: 5 + slot,
      sampler,
      noise,
    }))
    const results = await resident.runAhead(rows, 16)
    for (const [slot, steps] of results.entries()) {
      const sampler = samplers[slot] ?? GREEDY
      expect(steps).toHaveLength(16)
      for (const [i, { id, candidateIds, candidateLogits }] of steps.entries()) {
        expect(id).toBe(chooseAmong(candidateIds, candidateLogits, sampler, noise, 5 + slot + i))
      }
    }
    expect(new Set(results.map((steps) => steps.map((step) => step.id).join())).size).toBeGreaterThan(1)
  }, 120_000)

  it('forget what a smaller start takes back, and begin with what another slot holds', async () => {
    const { captured, config } = both
    const prompt = promptOf(5, 18, config.vocabularySize)
    const expected = await capturedGreedy(captured, 0, prompt, TOKENS)
    await captured.copyPrefix(0, 2, 12)
    await captured.run([{ slot: 0, start: 10, ids: [1, 2, 3], wantedFrom: 0, wantedCount: 0 }])
    await captured.run([{ slot: 2, start: 12, ids: prompt.slice(12, 17), wantedFrom: 0, wantedCount: 0 }])
    const [answer] = await captured.run([{ slot: 2, start: 17, ids: prompt.slice(17), wantedFrom: 0, wantedCount: 1 }])
    expect(argmax(answer?.logits(0) ?? new Float32Array())).toBe(expected[0])
    expect(await capturedGreedy(captured, 0, prompt, TOKENS)).toEqual(expected)
  }, 120_000)
})
