import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/engine/engine.ts'
import type { FromWorker } from '../../../src/engine/messages.ts'
import type { EngineWorker } from '../../../src/engine/worker-channel.ts'
import type { Engine, GenerateOptions } from '../../../src/participant/ports.ts'
import type { ErrorData } from '../../../src/protocol/errors.ts'
import { judgeCheck } from '../../../src/protocol/evidence/judge.ts'
import { MODEL_FOLDER } from '../../../tools/bench/node-runtime.ts'
import { createNodeWorker } from '../../../tools/bench/node-worker.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createFolderModelStore } from '../../doubles/memory-model-store.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { claimOf, collect, SAMPLED, SEED } from '../workers/inference/requests.ts'
import { running } from './scripted-engine-world.ts'

const LOST: ErrorData = { code: 'engine/device-lost', message: 'The card is gone.', nextStep: 'Try again.' }
const PATIENCE_MS = 10_000
const MAX_TOKENS = 72

/** A real worker that lets so many events of generations pass, and then does what `end` says. */
function failingWorker(events: number, end: (deliver: (message: FromWorker) => void) => void): EngineWorker {
  const honest = createNodeWorker()
  let passed = 0
  return {
    postMessage: (message, transfer) => honest.postMessage(message, transfer),
    terminate: () => honest.terminate(),
    addEventListener(type, listener) {
      honest.addEventListener(type, (event) => {
        const { data } = event as MessageEvent<FromWorker>
        if (passed > events) return
        if (data.type !== 'event' || ++passed <= events) return listener(event)
        end((message) => listener(new MessageEvent('message', { data: message })))
      })
    },
  }
}

async function loadedEngine(createWorker: () => EngineWorker, clock = createFakeClock()): Promise<Engine> {
  const engine = createEngine({ createWorker, clock })
  const store = await createFolderModelStore(MODEL_FOLDER)
  await engine.load({
    manifest: await store.manifest(store.modelRoot),
    modelRoot: store.modelRoot,
    readFile: (path, signal) => store.readFile(store.modelRoot, path, signal),
    provider: 'referee',
  })
  return engine
}

function requests(): GenerateOptions[] {
  return [11, 12, 13].map((first, i) => ({
    promptIds: [0, first, 40, 41],
    resumedIds: [],
    maxTokens: MAX_TOKENS,
    stopIds: [],
    sampler: i % 2 === 0 ? SAMPLED : GREEDY,
    seed: SEED,
  }))
}

const all = (engine: Engine) => Promise.all(requests().map((request) => collect(engine.generate(request, running))))

let undisturbed: Awaited<ReturnType<typeof all>>

beforeAll(async () => {
  const engine = await loadedEngine(() => createNodeWorker())
  undisturbed = await all(engine)
  await engine.stop()
}, 60_000)

describe('answers of the embedded model, whatever becomes of their worker', () => {
  it('are the same, rows and all, after losing three workers at random tokens', async () => {
    const random = createSeededRandom(9)
    let workers = 0
    const engine = await loadedEngine(() => {
      const [low = 0] = random.bytes(1)
      const lastsFor = ++workers > 3 ? Number.POSITIVE_INFINITY : 20 + (low % 100)
      return failingWorker(lastsFor, (deliver) => deliver({ type: 'fatal', error: LOST }))
    })
    const given = await all(engine)
    expect(workers).toBe(4)
    for (const [i, answer] of given.entries()) {
      expect([answer.ids, answer.rowsHashes, answer.finish]).toEqual([
        undisturbed[i]?.ids,
        undisturbed[i]?.rowsHashes,
        'length',
      ])
    }
    await engine.stop()
  }, 120_000)

  it('are the same after a worker that fell silent, and the receipt’s check still passes', async () => {
    const clock = createFakeClock()
    let workers = 0
    const engine = await loadedEngine(() => {
      const lastsFor = ++workers > 1 ? Number.POSITIVE_INFINITY : 130
      return failingWorker(lastsFor, () => setImmediate(() => clock.advance(PATIENCE_MS)))
    }, clock)
    const given = await all(engine)
    expect([workers, given.map(({ ids }) => ids)]).toEqual([2, undisturbed.map(({ ids }) => ids)])
    const [request] = requests()
    const [answer] = given
    const cell = engine.info?.cell
    if (request === undefined || answer === undefined || cell === undefined) throw new Error('nothing to check')
    const { promptIds, sampler, seed } = request
    const report = await engine.check({ promptIds, sampler, seed, ...claimOf(answer), cell })
    expect(judgeCheck(report, null)).toEqual({ verdict: 'pass' })
    await engine.stop()
  }, 120_000)
})
