import { describe, expect, it } from 'vitest'
import { type CalibratePorts, calibrate } from '../../../src/participant/calibrate.ts'
import { type StandardPrompt, standardPrompts } from '../../../src/participant/standard-prompts.ts'
import { encodeCalibration, judgeCalibration } from '../../../src/protocol/evidence/calibration.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createNodeSessionKey } from '../../doubles/node-session-key.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'

const ROOT = 'ab'.repeat(32)
const NOW_MS = 1_800_000_000_000
const running = new AbortController().signal

async function loadedEngine(weights?: string) {
  const store = createTinyModelStore()
  const engine = createScriptedEngine({ modelRoot: ROOT, ...(weights === undefined ? {} : { weights }) })
  await engine.load({
    manifest: await store.manifest(store.modelRoot),
    modelRoot: ROOT,
    readFile: (path) => store.readFile(store.modelRoot, path),
    provider: 'auto',
  })
  return engine
}

async function ports(device?: CalibratePorts['device']): Promise<CalibratePorts> {
  return {
    reference: await loadedEngine(),
    device: device ?? (await loadedEngine()),
    sessionKey: await createNodeSessionKey(),
    clock: { now: () => NOW_MS },
    prompts: standardPrompts(5),
  }
}

describe('a calibration', () => {
  it('is of both directions, signed, and what anybody may accept', async () => {
    const signed = await calibrate(await ports(), () => undefined, running)
    expect(signed).toHaveLength(2)
    for (const each of signed) {
      const { verdict, calibration } = judgeCalibration(encodeCalibration(each), NOW_MS)
      expect(verdict.verdict).toBe('accept')
      // 96, 80, 41, 33 and 128 tokens.
      expect(calibration?.statistics).toMatchObject({ segments: 14, tokens: 378, tokenMismatches: { max: 0 } })
    }
  })

  it('tells how many answers are compared, up to all of both directions', async () => {
    const seen: { done: number; total: number }[] = []
    await calibrate(await ports(), (progress) => seen.push(progress), running)
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => ({ done: i + 1, total: 10 })))
  })

  it('sees weights that are not the reference’s', async () => {
    const [first] = await calibrate(await ports(await loadedEngine('others')), () => undefined, running)
    expect(first?.calibration.statistics.tokenMismatches.p50).toBeGreaterThan(16)
  })

  it('ends when it is aborted', async () => {
    const controller = new AbortController()
    const calibrating = calibrate(await ports(), () => controller.abort(), controller.signal)
    await expect(calibrating).rejects.toMatchObject({ code: 'engine/aborted' })
  })

  it('of a device that became another on the way is nobody’s', async () => {
    const device = await loadedEngine()
    const change = (): void => {
      if (device.info === null) return
      const info = { ...device.info, cell: { ...device.info.cell, threads: 2 } }
      device.tell({ state: 'rebuilt', info })
    }
    await expect(calibrate(await ports(device), change, running)).rejects.toMatchObject({ code: 'engine/device-lost' })
  })

  it('of an engine without a model is none', async () => {
    const device = createScriptedEngine({ modelRoot: ROOT })
    await expect(calibrate(await ports(device), () => undefined, running)).rejects.toMatchObject({
      code: 'engine/not-loaded',
    })
  })
})

describe('standard prompts', () => {
  it('are the same every time, and never two alike', () => {
    expect(standardPrompts(400)).toEqual(standardPrompts(400))
    const words = standardPrompts(400).map(({ text, sampler, maxTokens }) => JSON.stringify([text, sampler, maxTokens]))
    expect(new Set(words).size).toBeGreaterThan(300)
    expect(new Set(standardPrompts(400).map(({ seed }) => seed.join())).size).toBe(400)
  })

  it('are greedy and sampled, short and long, and end within a segment as often as with one', () => {
    const prompts = standardPrompts(80)
    const share = (which: (prompt: StandardPrompt) => boolean) => prompts.filter(which).length / 80
    expect(share(({ sampler }) => sampler.temperatureMilli === 0)).toBeCloseTo(0.25, 1)
    expect(share(({ text }) => text.length > 300)).toBeCloseTo(0.4, 1)
    expect(share(({ maxTokens }) => maxTokens % 32 !== 0)).toBeCloseTo(0.6, 1)
  })
})
