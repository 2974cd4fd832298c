import { createEngine } from '../../../src/engine/engine.ts'
import type { CheckOptions, EngineInfo, GenerationEvent, ToWorker } from '../../../src/engine/messages.ts'
import type { Engine, GenerateOptions, LoadOptions } from '../../../src/participant/ports.ts'
import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import { createFakeClock, type FakeClock } from '../../doubles/fake-clock.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { referee } from '../workers/inference/cells.ts'
import { createScriptedWorker, type ScriptedWorker } from './scripted-worker.ts'

export const cell = referee({ exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 })

export const info: EngineInfo = {
  cell,
  path: { kind: 'packed', note: 'Several answers share one run.' },
  slots: 8,
  selfTests: [],
  tokensPerSecond: 100,
  contextTokens: 512,
  vocabularySize: 4_096,
  hiddenSize: 192,
  stopIds: [0],
}

export const question: GenerateOptions = {
  promptIds: [1, 2],
  resumedIds: [],
  maxTokens: 4,
  stopIds: [],
  sampler: GREEDY,
  seed: new Uint8Array(32),
}

export const claim: CheckOptions = {
  promptIds: [1],
  outputIds: [2],
  sampler: GREEDY,
  seed: new Uint8Array(32),
  rowsHashes: [],
  commitments: [],
  probes: [],
  cell,
}

export const report: CheckReport = {
  exactPair: true,
  tokens: 0,
  tokensMatched: 0,
  firstTokenMismatch: null,
  firstChosen: null,
  firstDifference: null,
  tokensNotKept: 0,
  meanMargin: 0,
  maxMargin: 0,
  segments: [],
  probes: [],
  elapsedMs: 1,
}

export const running = new AbortController().signal

/** Loads at once, and leaves generations to the test. */
export function obliging(message: ToWorker, worker: ScriptedWorker): void {
  if (message.type !== 'call') return
  if (message.name === 'load') worker.send({ type: 'result', id: message.id, result: info })
  if (message.name === 'load-tokenizer') worker.send({ type: 'result', id: message.id, result: { stopIds: [0] } })
  if (message.name === 'encode-prompt') worker.send({ type: 'result', id: message.id, result: [7] })
}

interface Setup {
  engine: Engine
  workers: ScriptedWorker[]
  clock: FakeClock
  options: LoadOptions
}

/** An engine whose every worker answers as `respond` does. */
export async function setup(respond = obliging): Promise<Setup> {
  const workers: ScriptedWorker[] = []
  const clock = createFakeClock()
  const engine = createEngine({
    clock,
    createWorker: () => {
      const worker = createScriptedWorker(respond)
      workers.push(worker)
      queueMicrotask(() => worker.hello())
      return worker
    },
  })
  const store = createTinyModelStore()
  const options: LoadOptions = {
    manifest: await store.manifest(store.modelRoot),
    modelRoot: store.modelRoot,
    readFile: (path, signal) => store.readFile(store.modelRoot, path, signal),
    provider: 'auto',
  }
  return { engine, workers, clock, options }
}

export async function loaded(respond = obliging): Promise<Setup & { worker: ScriptedWorker }> {
  const all = await setup(respond)
  await all.engine.load(all.options)
  const [worker] = all.workers
  if (worker === undefined) throw new Error('no worker was started')
  return { ...all, worker }
}

export async function collect(events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> {
  const all: GenerationEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** Everything the page has sent so far has arrived. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Ends the newest generation of this worker. */
export function finish(worker: ScriptedWorker, reason: 'length' | 'aborted' = 'length'): void {
  const id = worker.calls('generate').at(-1)?.id ?? -1
  worker.send({ type: 'event', id, event: { type: 'finish', reason } })
  worker.send({ type: 'result', id, result: null })
}
