import { describe, expect, it } from 'vitest'
import { createEngine } from '../../../src/engine/engine.ts'
import type { EngineInfo, GenerationEvent, ToWorker } from '../../../src/engine/messages.ts'
import { ABORT_DEADLINE_MS } from '../../../src/engine/worker-channel.ts'
import type { Engine, GenerateOptions, LoadOptions } from '../../../src/participant/ports.ts'
import type { ErrorData } from '../../../src/protocol/errors.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { referee } from '../workers/inference/cells.ts'
import { createScriptedWorker, type ScriptedWorker } from './scripted-worker.ts'

const cell = referee({ exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 })
const info: EngineInfo = {
  cell,
  selfTests: [],
  tokensPerSecond: 100,
  contextTokens: 512,
  vocabularySize: 4_096,
  stopIds: [0],
}

const question: GenerateOptions = {
  promptIds: [1, 2],
  resumedIds: [],
  maxTokens: 4,
  stopIds: [],
  sampler: GREEDY,
  seed: new Uint8Array(32),
}
const claim = { promptIds: [1], outputIds: [2], sampler: GREEDY, seed: new Uint8Array(32), rowsHashes: [], cell }

const LOST: ErrorData = { code: 'engine/device-lost', message: 'The card is gone.', nextStep: 'Try again.' }
const running = new AbortController().signal

/** Loads at once, and leaves generations to the test. */
function obliging(message: ToWorker, worker: ScriptedWorker): void {
  if (message.type !== 'call') return
  if (message.name === 'load') worker.send({ type: 'result', id: message.id, result: info })
  if (message.name === 'load-tokenizer') worker.send({ type: 'result', id: message.id, result: { stopIds: [0] } })
  if (message.name === 'encode-prompt') worker.send({ type: 'result', id: message.id, result: [7] })
}

async function setup(respond = obliging) {
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

async function collect(events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> {
  const all: GenerationEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** Everything the page has sent so far has arrived. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

async function loaded(respond = obliging) {
  const all = await setup(respond)
  await all.engine.load(all.options)
  const [worker] = all.workers
  if (worker === undefined) throw new Error('no worker was started')
  return { ...all, worker }
}

function finish(worker: ScriptedWorker, reason: 'length' | 'aborted' = 'length'): void {
  const id = worker.calls('generate').at(-1)?.id ?? -1
  worker.send({ type: 'event', id, event: { type: 'finish', reason } })
  worker.send({ type: 'result', id, result: null })
}

describe('the engine, as the page sees it', () => {
  it('has no facts before a model is loaded, and keeps them after', async () => {
    const { engine, options } = await setup()
    expect(engine.info).toBeNull()
    expect(await engine.load(options)).toEqual(info)
    expect(engine.info).toEqual(info)
  })

  it('loads the same model once', async () => {
    const { engine, worker, options } = await loaded()
    await engine.load(options)
    expect(worker.calls('load').length).toBe(1)
    await engine.load({ ...options, provider: 'webgpu' })
    expect(worker.calls('load').map((call) => (call.name === 'load' ? call.args.provider : ''))).toEqual([
      'auto',
      'webgpu',
    ])
  })

  it('needs no second load to be the referee where it already computes on the processor', async () => {
    const { engine, worker, options } = await loaded()
    expect(await engine.load({ ...options, provider: 'referee' })).toEqual(info)
    expect(worker.calls('load').length).toBe(1)
  })

  it.each([
    ['generate', (engine: Engine) => collect(engine.generate(question, running))],
    ['check', (engine: Engine) => engine.check(claim)],
    ['encode', (engine: Engine) => engine.encodePrompt('hi')],
    ['decode', (engine: Engine) => engine.decode([1], true)],
  ])('cannot %s before anything was loaded', async (_, use) => {
    const { engine, workers } = await setup()
    await expect(use(engine)).rejects.toMatchObject({ code: 'engine/not-loaded' })
    expect(workers).toEqual([])
  })

  it('needs no model to read and write text, only the tokenizer', async () => {
    const { engine, workers, options } = await setup()
    expect(await engine.loadTokenizer(options)).toEqual({ stopIds: [0] })
    expect(await engine.encodePrompt('hi')).toEqual([7])
    expect(workers[0]?.calls('load')).toEqual([])
    expect(workers[0]?.calls('load-tokenizer').length).toBe(1)
  })

  it('streams the events of a generation, then ends', async () => {
    const { engine, worker } = await loaded()
    const events = collect(engine.generate(question, running))
    await settled()
    const id = worker.calls('generate')[0]?.id ?? -1
    worker.send({ type: 'event', id, event: { type: 'tokens', position: 0, ids: [5] } })
    finish(worker)
    expect((await events).map((event) => event.type)).toEqual(['tokens', 'finish'])
  })

  it('does one thing at a time: a check waits for the generation before it', async () => {
    const { engine, worker } = await loaded()
    const events = collect(engine.generate(question, running))
    const check = engine.check(claim)
    await settled()
    expect(worker.calls('check')).toEqual([])
    finish(worker)
    await events
    await settled()
    const report = {
      exactPair: true,
      tokens: 0,
      tokensMatched: 0,
      firstTokenMismatch: null,
      tokensNotKept: 0,
      meanMargin: 0,
      maxMargin: 0,
      segmentsEqual: [],
      elapsedMs: 1,
    }
    worker.send({ type: 'result', id: worker.calls('check')[0]?.id ?? -1, result: report })
    expect(await check).toEqual(report)
  })

  it('finishes as aborted without asking the worker when aborted while waiting', async () => {
    const { engine, worker } = await loaded()
    const first = collect(engine.generate(question, running))
    await settled()
    expect(await collect(engine.generate(question, AbortSignal.abort()))).toEqual([
      { type: 'finish', reason: 'aborted' },
    ])
    await expect(engine.check(claim, AbortSignal.abort())).rejects.toMatchObject({ code: 'engine/aborted' })
    expect(worker.calls('generate').length).toBe(1)
    finish(worker)
    await first
  })

  it('still delivers what the worker commits after an abort', async () => {
    const { engine, worker } = await loaded()
    const controller = new AbortController()
    const events = collect(engine.generate(question, controller.signal))
    await settled()
    controller.abort()
    const id = worker.calls('generate')[0]?.id ?? -1
    expect(worker.received.at(-1)).toEqual({ type: 'cancel', id })
    worker.send({ type: 'event', id, event: { type: 'segment', index: 0, ids: [5], rowsHash: new Uint8Array(32) } })
    finish(worker, 'aborted')
    expect((await events).map((event) => event.type)).toEqual(['segment', 'finish'])
  })

  it('cancels the work of whoever stops listening, and lets the next one in', async () => {
    const { engine, worker } = await loaded((message, self) => {
      obliging(message, self)
      if (message.type === 'call' && message.name === 'generate') {
        self.send({ type: 'event', id: message.id, event: { type: 'tokens', position: 0, ids: [5] } })
      }
      if (message.type === 'cancel') self.send({ type: 'result', id: message.id, result: null })
    })
    for await (const event of engine.generate(question, running)) {
      expect(event.type).toBe('tokens')
      break
    }
    expect(worker.received.at(-1)?.type).toBe('cancel')
    expect(worker.terminated).toBe(false)
  })
})

describe('a worker that has to be killed', () => {
  it('is started anew, with the same model, for the call after a stuck abort', async () => {
    const { engine, workers, clock } = await loaded()
    const controller = new AbortController()
    const events = collect(engine.generate(question, controller.signal))
    const failure = events.catch((error: unknown) => error)
    await settled()
    controller.abort()
    clock.advance(ABORT_DEADLINE_MS)
    expect(await failure).toMatchObject({ code: 'engine/worker-stuck' })
    expect(workers[0]?.terminated).toBe(true)

    const again = collect(engine.generate(question, running))
    await settled()
    expect(workers.length).toBe(2)
    expect(workers[1]?.received.map((message) => (message.type === 'call' ? message.name : message.type))).toEqual([
      'load',
      'generate',
    ])
    finish(workers[1] as ScriptedWorker)
    expect(await again).toEqual([{ type: 'finish', reason: 'length' }])
  })

  it('is started anew after its graphics card was lost; after the second loss on the processor', async () => {
    const { engine, workers } = await loaded()
    const providers: string[] = []
    for (let loss = 0; loss < 3; loss++) {
      const events = collect(engine.generate(question, running))
      await settled()
      const worker = workers.at(-1) as ScriptedWorker
      for (const call of worker.calls('load')) if (call.name === 'load') providers.push(call.args.provider)
      worker.send({ type: 'fatal', error: LOST })
      await expect(events).rejects.toMatchObject(LOST)
    }
    expect(providers).toEqual(['auto', 'auto', 'wasm'])
    expect(engine.info?.selfTests).toEqual([expect.objectContaining({ provider: 'webgpu', outcome: 'refused' })])
  })

  it('is gone after stop, with everything that waited, and comes back with the tokenizer when asked', async () => {
    const { engine, workers, options } = await loaded()
    await engine.loadTokenizer(options)
    const events = collect(engine.generate(question, running))
    const failure = events.catch((error: unknown) => error)
    await settled()
    await engine.stop()
    expect(await failure).toMatchObject({ code: 'engine/aborted' })
    expect(workers[0]?.terminated).toBe(true)
    expect(await engine.encodePrompt('hi')).toEqual([7])
    expect(workers.length).toBe(2)
    await engine.stop()
    await engine.stop()
  })

  it('does not remember a model that failed to load', async () => {
    const { engine, options } = await setup((message, worker) => {
      const error: ErrorData = { code: 'engine/no-provider', message: 'Nothing works.', nextStep: 'Use another.' }
      if (message.type === 'call') worker.send({ type: 'error', id: message.id, error })
    })
    await expect(engine.load(options)).rejects.toMatchObject({ code: 'engine/no-provider' })
    await expect(engine.check(claim)).rejects.toMatchObject({ code: 'engine/not-loaded' })
    expect(engine.info).toBeNull()
  })
})
