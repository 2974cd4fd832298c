import { describe, expect, it } from 'vitest'
import { LOSS_WINDOW_MS } from '../../../src/engine/device-breaker.ts'
import type { GenerationEvent, ToWorker } from '../../../src/engine/messages.ts'
import { ABORT_DEADLINE_MS } from '../../../src/engine/worker-channel.ts'
import type { Recovery } from '../../../src/participant/ports.ts'
import type { ErrorData } from '../../../src/protocol/errors.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import {
  cell,
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
} from './scripted-engine-world.ts'
import type { ScriptedWorker } from './scripted-worker.ts'

const LOST: ErrorData = { code: 'engine/device-lost', message: 'The card is gone.', nextStep: 'Try again.' }
const NO_MEMORY: ErrorData = { code: 'engine/out-of-memory', message: 'No memory.', nextStep: 'Close tabs.' }
const HANG_MS = 10_000
const long = { ...question, maxTokens: 100 }

/** Output ids of a segment: each its own position. */
function segment(index: number): GenerationEvent & { type: 'segment' } {
  const ids = Array.from({ length: SEGMENT_TOKENS }, (_, i) => index * SEGMENT_TOKENS + i)
  return { type: 'segment', index, ids, rowsHash: new Uint8Array(32), commitment: new Uint8Array(258) }
}

function last<T>(all: readonly T[]): T {
  const value = all.at(-1)
  if (value === undefined) throw new Error('nothing yet')
  return value
}

function emit(worker: ScriptedWorker, event: GenerationEvent): void {
  worker.send({ type: 'event', id: last(worker.calls('generate')).id, event })
}

function lose(worker: ScriptedWorker): void {
  worker.send({ type: 'fatal', error: LOST })
}

/** What the newest worker was asked to go on with. */
function resumedIds(workers: ScriptedWorker[]): number[] {
  const call = last(last(workers).calls('generate'))
  return call.name === 'generate' ? call.args.resumedIds : []
}

function providers(workers: ScriptedWorker[]): string[] {
  return workers.flatMap((worker) =>
    worker.calls('load').map((call) => (call.name === 'load' ? call.args.provider : '')),
  )
}

/** Every worker after the first finds itself another device. */
function elsewhere(loads: { count: number }) {
  return (message: ToWorker, worker: ScriptedWorker): void => {
    if (message.type !== 'call' || message.name !== 'load') return obliging(message, worker)
    const found = loads.count++ === 0 ? info : { ...info, cell: { ...cell, prefillChunk: 32 } }
    worker.send({ type: 'result', id: message.id, result: found })
  }
}

describe('a graphics card that goes away', () => {
  it('is a pause: the answer goes on from its last committed segment, and its provisional tokens come again', async () => {
    const { engine, workers, worker } = await loaded()
    const events = collect(engine.generate(long, running))
    await settled()
    emit(worker, segment(0))
    emit(worker, { type: 'tokens', position: 32, ids: [32, 33] })
    lose(worker)
    await settled()
    expect([workers.length, worker.terminated]).toEqual([2, true])
    expect(resumedIds(workers)).toEqual(segment(0).ids)
    emit(last(workers), { type: 'tokens', position: 32, ids: [32, 33, 34] })
    emit(last(workers), segment(1))
    finish(last(workers))
    expect((await events).map((event) => (event.type === 'tokens' ? event.position : event.type))).toEqual([
      'segment',
      32,
      32,
      'segment',
      'finish',
    ])
  })

  it('takes all that runs with it, and all of it goes on over one load', async () => {
    const { engine, workers, worker } = await loaded()
    const events = [0, 1, 2].map(() => collect(engine.generate(long, running)))
    const check = engine.check(claim)
    await settled()
    lose(worker)
    await settled()
    const next = last(workers)
    expect([next.calls('load').length, next.calls('generate').length, next.calls('check').length]).toEqual([1, 3, 1])
    for (const { id } of next.calls('generate')) {
      next.send({ type: 'event', id, event: { type: 'finish', reason: 'length' } })
      next.send({ type: 'result', id, result: null })
    }
    next.send({ type: 'result', id: last(next.calls('check')).id, result: report })
    expect(await check).toEqual(report)
    for (const all of await Promise.all(events)) expect(all).toEqual([{ type: 'finish', reason: 'length' }])
  })

  it('may be told of by the run that it broke before the worker knows', async () => {
    const gpu = { ...info, cell: { ...cell, provider: 'webgpu' as const } }
    const { engine, workers, worker, clock } = await loaded((message, self) => {
      if (message.type !== 'call' || message.name !== 'load') return obliging(message, self)
      self.send({ type: 'result', id: message.id, result: gpu })
    })
    const events = collect(engine.generate(long, running))
    await settled()
    const error: ErrorData = { code: 'engine/run-failed', message: 'mapAsync failed', nextStep: 'Again.' }
    worker.send({ type: 'error', id: last(worker.calls('generate')).id, error })
    lose(worker)
    await clock.run(1_000)
    finish(last(workers))
    expect(await events).toEqual([{ type: 'finish', reason: 'length' }])
  })

  it('ends an answer whose bits were promised if what takes its place computes others', async () => {
    const { engine, worker } = await loaded(elsewhere({ count: 0 }))
    const events = collect(engine.generate(long, running))
    await settled()
    lose(worker)
    await expect(events).rejects.toMatchObject({ code: 'engine/device-lost' })
  })

  it('does not end an answer that nobody was promised the bits of', async () => {
    const { engine, workers, worker } = await loaded(elsewhere({ count: 0 }))
    const events = collect(engine.generate(long, running, { anyCell: true }))
    await settled()
    emit(worker, segment(0))
    lose(worker)
    await settled()
    expect(resumedIds(workers)).toEqual(segment(0).ids)
    finish(last(workers))
    expect((await events).map(({ type }) => type)).toEqual(['segment', 'finish'])
    expect(engine.info?.cell.prefillChunk).toBe(32)
  })

  it('is not asked a third time within ten minutes: the processor computes for the rest of the session', async () => {
    const { engine, workers, clock } = await loaded()
    engine.onRecovery(() => undefined)
    for (const pauseMs of [LOSS_WINDOW_MS - 1, LOSS_WINDOW_MS, 0]) {
      lose(last(workers))
      await settled()
      clock.advance(pauseMs)
    }
    expect(providers(workers)).toEqual(['auto', 'auto', 'wasm', 'wasm'])
    expect(engine.info?.selfTests).toEqual([expect.objectContaining({ provider: 'webgpu', outcome: 'refused' })])
  })

  it('is forgiven a loss of more than ten minutes ago', async () => {
    const { engine, workers, clock } = await loaded()
    engine.onRecovery(() => undefined)
    for (let loss = 0; loss < 4; loss++) {
      lose(last(workers))
      await settled()
      clock.advance(LOSS_WINDOW_MS)
    }
    expect(providers(workers)).toEqual(['auto', 'auto', 'auto', 'auto', 'auto'])
  })

  it('takes nothing from an answer whose last segment was committed already', async () => {
    const { engine, workers, worker } = await loaded()
    const stopped = collect(engine.generate({ ...long, stopIds: [31] }, running))
    await settled()
    emit(worker, segment(0))
    lose(worker)
    expect((await stopped).at(-1)).toEqual({ type: 'finish', reason: 'stop' })
    expect(workers.flatMap((each) => each.calls('generate')).length).toBe(1)
  })

  it('is rebuilt at once, and said so, where somebody listens', async () => {
    const { engine, workers, worker } = await loaded()
    const heard: Recovery[] = []
    const unsubscribe = engine.onRecovery((recovery) => heard.push(recovery))
    lose(worker)
    await settled()
    expect(heard).toEqual([
      { state: 'rebuilding', error: expect.objectContaining({ code: 'engine/device-lost' }) },
      { state: 'rebuilt', info },
    ])
    unsubscribe()
    lose(last(workers))
    await settled()
    expect([heard.length, workers.length]).toEqual([2, 2])
  })
})

describe('a worker that hangs', () => {
  it('is killed after its silence, and what ran goes on', async () => {
    const { engine, workers, worker, clock } = await loaded()
    const events = collect(engine.generate(long, running))
    await settled()
    emit(worker, segment(0))
    clock.advance(HANG_MS - 1)
    expect(worker.terminated).toBe(false)
    clock.advance(1)
    await settled()
    expect(worker.terminated).toBe(true)
    expect(resumedIds(workers)).toEqual(segment(0).ids)
    finish(last(workers))
    expect((await events).at(-1)).toEqual({ type: 'finish', reason: 'length' })
    expect(clock.pending).toBe(0)
  })

  it('with the same request again ends that request', async () => {
    const { engine, clock } = await loaded()
    const events = collect(engine.generate(long, running))
    const failure = events.catch((error: unknown) => error)
    await settled()
    await clock.run(HANG_MS)
    await clock.run(HANG_MS)
    expect(await failure).toMatchObject({ code: 'engine/worker-stuck' })
  })

  it('and one that crashes are the same to a check', async () => {
    const { engine, workers, worker } = await loaded()
    const check = engine.check(claim)
    await settled()
    worker.crash('unreachable executed')
    await settled()
    last(workers).send({ type: 'result', id: last(last(workers).calls('check')).id, result: report })
    expect(await check).toEqual(report)
  })

  it('after an abort gives the aborted request its end, and the others another worker', async () => {
    const { engine, workers, clock } = await loaded()
    const controller = new AbortController()
    const aborted = collect(engine.generate(long, controller.signal))
    const other = collect(engine.generate(long, running))
    await settled()
    controller.abort()
    clock.advance(ABORT_DEADLINE_MS)
    expect(await aborted).toEqual([{ type: 'finish', reason: 'aborted' }])
    await settled()
    expect(workers.map((worker) => worker.terminated)).toEqual([true, false])
    finish(last(workers))
    expect(await other).toEqual([{ type: 'finish', reason: 'length' }])
  })

  it('is not one whose only generation we have paused', async () => {
    const { engine, worker, clock } = await loaded()
    const events = engine.generate(long, running)[Symbol.asyncIterator]()
    const first = events.next()
    await settled()
    for (let position = 0; position < 70; position++) emit(worker, { type: 'tokens', position, ids: [5] })
    await first
    clock.advance(20 * HANG_MS)
    expect(worker.terminated).toBe(false)
    await engine.stop()
  })
})

describe('memory that runs out', () => {
  it('while loading makes the next attempt smaller, each in a new worker, until there is nothing smaller', async () => {
    const shares: unknown[] = []
    const tight =
      (limit: number) =>
      (message: ToWorker, worker: ScriptedWorker): void => {
        if (message.type !== 'call' || message.name !== 'load') return obliging(message, worker)
        const share = message.args.memoryShare ?? 0
        shares.push(share)
        if (share <= limit) worker.send({ type: 'result', id: message.id, result: info })
        else worker.send({ type: 'error', id: message.id, error: NO_MEMORY })
      }
    const { workers } = await loaded(tight(1 / 4))
    expect(shares).toEqual([1, 1 / 2, 1 / 4])
    expect(workers.map((worker) => worker.terminated)).toEqual([true, true, false])
    await expect(loaded(tight(0))).rejects.toMatchObject({ code: 'engine/out-of-memory' })
    expect(shares.at(-1)).toBe(1 / 8)
  })

  it('by plan, before anything was tried, is said at once', async () => {
    let loads = 0
    const refused = loaded((message, worker) => {
      if (message.type !== 'call') return
      loads += 1
      worker.send({ type: 'error', id: message.id, error: { ...NO_MEMORY, details: { needMegabytes: 9_000 } } })
    })
    await expect(refused).rejects.toMatchObject({ code: 'engine/out-of-memory' })
    expect(loads).toBe(1)
  })

  it('while several compute is one shortage, not one for each', async () => {
    const { engine, workers, worker } = await loaded()
    const events = [0, 1, 2].map(() => collect(engine.generate(long, running)))
    await settled()
    for (const { id } of worker.calls('generate')) worker.send({ type: 'error', id, error: NO_MEMORY })
    await settled()
    expect(last(last(workers).calls('load'))).toMatchObject({ args: { memoryShare: 1 / 2 } })
    for (const { id } of last(workers).calls('generate')) {
      last(workers).send({ type: 'event', id, event: { type: 'finish', reason: 'length' } })
      last(workers).send({ type: 'result', id, result: null })
    }
    await Promise.all(events)
  })

  it('while computing is tried once more with less of it', async () => {
    const { engine, workers, worker } = await loaded()
    const events = collect(engine.generate(long, running))
    await settled()
    worker.send({ type: 'error', id: last(worker.calls('generate')).id, error: NO_MEMORY })
    await settled()
    const reload = last(last(workers).calls('load'))
    expect(reload.name === 'load' && reload.args.memoryShare).toBe(1 / 2)
    last(workers).send({ type: 'error', id: last(last(workers).calls('generate')).id, error: NO_MEMORY })
    await expect(events).rejects.toMatchObject({ code: 'engine/out-of-memory' })
  })
})

describe('a graphics card that hangs', () => {
  it('twice in ten minutes is asked no more either', async () => {
    const gpu = { ...info, cell: { ...cell, provider: 'webgpu' as const } }
    const { engine, workers, clock } = await loaded((message, worker) => {
      if (message.type !== 'call' || message.name !== 'load') return obliging(message, worker)
      worker.send({ type: 'result', id: message.id, result: message.args.provider === 'auto' ? gpu : info })
    })
    engine.onRecovery(() => undefined)
    const failure = collect(engine.generate(long, running)).catch((error: unknown) => error)
    await settled()
    // Its kernels may take seconds to compile.
    await clock.run(3 * HANG_MS)
    await clock.run(3 * HANG_MS)
    expect(await failure).toMatchObject({ code: 'engine/worker-stuck' })
    expect(providers(workers)).toEqual(['auto', 'auto', 'wasm'])
  })
})

describe('text, while the worker behind it dies', () => {
  it('is read again by the next worker', async () => {
    const { engine, workers, worker, options } = await loaded()
    await engine.loadTokenizer(options)
    const text = engine.decode([1, 2], true)
    await settled()
    lose(worker)
    await settled()
    const next = last(workers)
    expect(next.calls('load-tokenizer').length).toBe(1)
    next.send({ type: 'result', id: last(next.calls('decode')).id, result: 'Once' })
    expect(await text).toBe('Once')
  })

  it('is given up when the next worker dies of it too', async () => {
    const { engine, workers, options } = await loaded()
    await engine.loadTokenizer(options)
    const failure = engine.decode([1, 2], true).catch((error: unknown) => error)
    for (let death = 0; death < 2; death++) {
      await settled()
      last(workers).crash('unreachable executed')
    }
    expect(await failure).toMatchObject({ code: 'engine/run-failed' })
  })
})

describe('an error of the request itself', () => {
  it('is its answer, and no reason to start anything anew', async () => {
    const { engine, workers, worker } = await loaded()
    const events = collect(engine.generate(long, running))
    await settled()
    const error: ErrorData = { code: 'engine/context-overflow', message: 'Too long.', nextStep: 'Shorten.' }
    worker.send({ type: 'error', id: last(worker.calls('generate')).id, error })
    await expect(events).rejects.toMatchObject({ code: 'engine/context-overflow' })
    expect(workers.length).toBe(1)
  })
})
