import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/engine/engine.ts'
import type { Engine, GenerateOptions } from '../../../src/participant/ports.ts'
import { judgeCheck } from '../../../src/protocol/evidence/judge.ts'
import { MODEL_FOLDER } from '../../../tools/bench/node-runtime.ts'
import { createNodeWorker } from '../../../tools/bench/node-worker.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createFolderModelStore } from '../../doubles/memory-model-store.ts'
import { claimOf, collect, SAMPLED, SEED } from '../workers/inference/requests.ts'

const running = new AbortController().signal

let engine: Engine

beforeAll(async () => {
  const store = await createFolderModelStore(MODEL_FOLDER)
  engine = createEngine({ createWorker: () => createNodeWorker(), clock: createFakeClock() })
  await engine.load({
    manifest: await store.manifest(store.modelRoot),
    modelRoot: store.modelRoot,
    readFile: (path, signal) => store.readFile(store.modelRoot, path, signal),
    provider: 'referee',
  })
}, 60_000)

async function question(): Promise<GenerateOptions> {
  const promptIds = await engine.encodePrompt('Once upon a time')
  return { promptIds, resumedIds: [], maxTokens: 48, stopIds: [], sampler: SAMPLED, seed: SEED }
}

describe('client, messages and the embedded model together', () => {
  it('answers, and finds its own answer again', async () => {
    const asked = await question()
    const answer = await collect(engine.generate(asked, running))
    expect([answer.finish, answer.segmentLengths]).toEqual(['length', [32, 16]])
    const cell = engine.info?.cell
    if (cell === undefined) throw new Error('not loaded')
    const report = await engine.check({ ...asked, ...claimOf(answer), cell })
    expect(judgeCheck(report, null)).toEqual({ verdict: 'pass' })
  })

  it('writes text that only grows, while it generates', async () => {
    const ids: number[] = []
    let text = ''
    for await (const event of engine.generate(await question(), running)) {
      if (event.type !== 'tokens') continue
      ids.push(...event.ids)
      const next = await engine.decode(ids, false)
      expect(next.startsWith(text)).toBe(true)
      text = next
    }
    expect((await engine.decode(ids, true)).startsWith(text)).toBe(true)
    expect(text.length).toBeGreaterThan(48)
  })

  it('ends within one token of an abort that crosses as a message', async () => {
    const controller = new AbortController()
    const tokens: number[] = []
    let committed: number[] = []
    for await (const event of engine.generate({ ...(await question()), maxTokens: 400 }, controller.signal)) {
      if (event.type === 'tokens') tokens.push(...event.ids)
      if (event.type === 'segment') committed = event.ids
      if (tokens.length === 5) controller.abort()
    }
    expect(committed).toEqual(tokens)
    expect(tokens.length).toBeLessThan(32)
  })

  it('reports a prompt over the context with a code and a next step', async () => {
    const promptIds = Array.from({ length: 512 }, () => 1)
    await expect(collect(engine.generate({ ...(await question()), promptIds }, running))).rejects.toMatchObject({
      code: 'engine/context-overflow',
      nextStep: 'Shorten the prompt.',
    })
  })

  it('starts over after stop, as if nothing had happened', async () => {
    const before = await collect(engine.generate(await question(), running))
    await engine.stop()
    const after = await collect(engine.generate(await question(), running))
    expect(after).toEqual(before)
  }, 60_000)
})
