import * as v from 'valibot'
import { createEngine } from '../../../src/engine/engine.ts'
import type { Engine, EngineInfo, GenerateOptions, LoadOptions } from '../../../src/participant/ports.ts'
import { ModelManifestSchema, modelRootOf } from '../../../src/protocol/model/manifest.ts'
import type { Asked, CrashPage, Given } from '../crash-page.ts'

/** Real engines in real workers, in the hand of whoever drives this page. */
async function readFile(path: string): Promise<Uint8Array> {
  const response = await fetch(`/model/${path}`)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

async function load(engine: Engine, provider: LoadOptions['provider']): Promise<EngineInfo> {
  const manifest = v.parse(ModelManifestSchema, JSON.parse(new TextDecoder().decode(await readFile('manifest.json'))))
  return engine.load({ manifest, modelRoot: modelRootOf(manifest), readFile, provider })
}

function createPageEngine(): Engine {
  return createEngine({
    createWorker: () => new Worker(new URL('../../../workers/inference/main.ts', import.meta.url), { type: 'module' }),
    clock: {
      now: () => Date.now(),
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
}

const crashed = createPageEngine()
const reference = createPageEngine()
const running = new AbortController().signal
let tokens = 0
let given: Promise<Given[]> = Promise.resolve([])
let isOver = false
const recoveries: string[] = []
crashed.onRecovery((recovery) => {
  recoveries.push('error' in recovery ? `${recovery.state}: ${recovery.error.code}` : recovery.state)
})

function optionsOf({ promptIds, maxTokens, sampler, seed }: Asked): GenerateOptions {
  return { promptIds, maxTokens, sampler, resumedIds: [], stopIds: [], seed: Uint8Array.from(seed) }
}

async function answer(engine: Engine, asked: Asked, onTokens: (count: number) => void): Promise<Given> {
  const ids: number[] = []
  let finish = 'none'
  for await (const event of engine.generate(optionsOf(asked), running, { anyCell: true })) {
    if (event.type === 'tokens') onTokens(event.ids.length)
    if (event.type === 'segment') ids.push(...event.ids)
    if (event.type === 'finish') finish = event.reason
  }
  return { ids, finish }
}

const page: CrashPage = {
  load: async () => (await load(crashed, 'auto')).cell.provider,
  async expected(asked) {
    await load(reference, 'wasm')
    return Promise.all(asked.map((one) => answer(reference, one, () => undefined)))
  },
  start(asked) {
    tokens = 0
    isOver = false
    const onTokens = (count: number): void => {
      tokens += count
    }
    given = Promise.all(asked.map((one) => answer(crashed, one, onTokens))).finally(() => {
      isOver = true
    })
    given.catch(() => undefined)
  },
  standing: () => ({ tokens, isOver, recoveries: [...recoveries] }),
  given: () => given,
  facts: () => ({
    provider: crashed.info?.cell.provider ?? 'none',
    path: crashed.info?.path.kind ?? 'none',
    reports: crashed.info?.selfTests.map((report) => report.summary) ?? [],
  }),
}

Object.assign(globalThis, { crashPage: page })
