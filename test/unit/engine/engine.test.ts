import { describe, expect, it } from 'vitest'
import { MAX_REQUESTS } from '../../../src/engine/admission.ts'
import type { Engine } from '../../../src/participant/ports.ts'
import type { ErrorData } from '../../../src/protocol/errors.ts'
import {
  claim,
  collect,
  finish,
  info,
  loaded,
  obliging,
  question,
  report,
  running,
  settled,
  setup,
} from './scripted-engine-world.ts'

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

  it('runs generations and checks side by side, as many as the worker has slots', async () => {
    const { engine, worker } = await loaded((message, self) => {
      if (message.type === 'call' && message.name === 'load') {
        return self.send({ type: 'result', id: message.id, result: { ...info, slots: 2 } })
      }
      obliging(message, self)
    })
    const events = collect(engine.generate(question, running))
    const check = engine.check(claim)
    const third = collect(engine.generate(question, running))
    await settled()
    expect([worker.calls('generate').length, worker.calls('check').length]).toEqual([1, 1])
    worker.send({ type: 'result', id: worker.calls('check')[0]?.id ?? -1, result: report })
    expect(await check).toEqual(report)
    await settled()
    expect(worker.calls('generate').length).toBe(2)
    for (const { id } of worker.calls('generate')) {
      worker.send({ type: 'event', id, event: { type: 'finish', reason: 'length' } })
      worker.send({ type: 'result', id, result: null })
    }
    expect(await Promise.all([events, third])).toEqual([
      [{ type: 'finish', reason: 'length' }],
      [{ type: 'finish', reason: 'length' }],
    ])
  })

  it('loads another model when what runs has ended, and keeps what is asked for meanwhile waiting', async () => {
    const { engine, worker, options } = await loaded()
    const first = collect(engine.generate(question, running))
    await settled()
    const load = engine.load({ ...options, provider: 'webgpu' })
    const second = collect(engine.generate(question, running))
    await settled()
    expect([worker.calls('load').length, worker.calls('generate').length]).toEqual([1, 1])
    finish(worker)
    await Promise.all([first, load])
    await settled()
    expect([worker.calls('load').length, worker.calls('generate').length]).toEqual([2, 2])
    finish(worker)
    await second
  })

  it('does not make a load wait that has nothing to do', async () => {
    const { engine, worker, options } = await loaded()
    const events = collect(engine.generate(question, running))
    await settled()
    expect(await engine.load(options)).toEqual(info)
    finish(worker)
    await events
  })

  it('refuses more requests than it could remember', async () => {
    const { engine, worker } = await loaded()
    const many = Array.from({ length: MAX_REQUESTS }, () => collect(engine.generate(question, running)))
    await expect(collect(engine.generate(question, running))).rejects.toMatchObject({ code: 'engine/busy' })
    await settled()
    expect(worker.calls('generate').length).toBe(info.slots)
    await engine.stop()
    for (const outcome of await Promise.allSettled(many)) {
      expect(outcome).toMatchObject({ reason: { code: 'engine/aborted' } })
    }
  })

  it('leaves the other requests alone when one is aborted', async () => {
    const { engine, worker } = await loaded()
    const controller = new AbortController()
    const aborted = collect(engine.generate(question, controller.signal))
    const other = collect(engine.generate(question, running))
    await settled()
    const [first, second] = worker.calls('generate')
    controller.abort()
    expect(worker.received.filter(({ type }) => type === 'cancel')).toEqual([{ type: 'cancel', id: first?.id }])
    worker.send({ type: 'event', id: first?.id ?? -1, event: { type: 'finish', reason: 'aborted' } })
    worker.send({ type: 'result', id: first?.id ?? -1, result: null })
    expect(await aborted).toEqual([{ type: 'finish', reason: 'aborted' }])
    worker.send({ type: 'event', id: second?.id ?? -1, event: { type: 'finish', reason: 'length' } })
    worker.send({ type: 'result', id: second?.id ?? -1, result: null })
    expect(await other).toEqual([{ type: 'finish', reason: 'length' }])
  })

  it('pauses a generation that nobody reads, and goes on when somebody does', async () => {
    const { engine, worker } = await loaded()
    const events = engine.generate({ ...question, maxTokens: 400 }, running)[Symbol.asyncIterator]()
    const first = events.next()
    await settled()
    const id = worker.calls('generate')[0]?.id ?? -1
    for (let position = 0; position < 66; position++) {
      worker.send({ type: 'event', id, event: { type: 'tokens', position, ids: [5] } })
    }
    await first
    expect(worker.received.at(-1)).toEqual({ type: 'pause', id })
    for (let read = 0; read < 40; read++) await events.next()
    expect(worker.received.at(-1)).toEqual({ type: 'resume', id })
    await engine.stop()
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
    worker.send({
      type: 'event',
      id,
      event: { type: 'segment', index: 0, ids: [5], rowsHash: new Uint8Array(32), commitment: new Uint8Array(258) },
    })
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

describe('a worker that has ended', () => {
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
