import { describe, expect, it } from 'vitest'
import type { GenerationEvent } from '../../../src/engine/messages.ts'
import { ABORT_DEADLINE_MS, HELLO_DEADLINE_MS, openWorkerChannel } from '../../../src/engine/worker-channel.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedWorker, type ScriptedWorker } from './scripted-worker.ts'

function open(worker: ScriptedWorker = createScriptedWorker()) {
  const clock = createFakeClock()
  return { worker, clock, channel: openWorkerChannel(worker, clock) }
}

async function source() {
  const store = createTinyModelStore()
  return { manifest: await store.manifest(store.modelRoot), modelRoot: store.modelRoot }
}

const stopped = new CodedError({ code: 'engine/aborted', message: 'Stopped.', nextStep: 'Start again.' })

describe('the channel to a worker', () => {
  it('holds calls back until the worker has said hello', async () => {
    const { worker, channel } = open()
    const call = channel.call('encode-prompt', { text: 'hi' })
    expect(worker.received).toEqual([])
    worker.hello()
    expect(worker.received).toEqual([{ type: 'call', id: 1, name: 'encode-prompt', args: { text: 'hi' } }])
    worker.send({ type: 'result', id: 1, result: [1, 2] })
    expect(await call).toEqual([1, 2])
  })

  it('kills a worker of another version and says what to do', async () => {
    const { worker, channel, clock } = open()
    const call = channel.call('encode-prompt', { text: 'hi' })
    worker.hello(99)
    await expect(call).rejects.toMatchObject({
      code: 'engine/version-mismatch',
      nextStep: expect.stringContaining('reload'),
    })
    expect([worker.terminated, clock.pending]).toEqual([true, 0])
  })

  it('kills a worker that never says hello', async () => {
    const { worker, channel, clock } = open()
    const call = channel.call('encode-prompt', { text: 'hi' })
    clock.advance(HELLO_DEADLINE_MS)
    await expect(call).rejects.toMatchObject({ code: 'engine/worker-stuck' })
    expect(worker.terminated).toBe(true)
  })

  it('carries an error’s code, message, next step and details across', async () => {
    const { worker, channel } = open()
    worker.hello()
    const call = channel.call('check', {} as never)
    const data = {
      code: 'engine/context-overflow',
      message: 'Too long.',
      nextStep: 'Shorten.',
      details: { tokens: 600 },
    } as const
    worker.send({ type: 'error', id: 1, error: data })
    const error = await call.catch((caught: unknown) => caught)
    expect(CodedError.is(error) && error.toData()).toEqual(data)
  })

  it('hands events and progress to the call they belong to', async () => {
    const { worker, channel } = open()
    worker.hello()
    const events: GenerationEvent[] = []
    const progress: [string, number][] = []
    const generation = channel.call('generate', {} as never, { onEvent: (event) => events.push(event) })
    const loading = channel.call('load', {} as never, {
      onProgress: (stage, fraction) => progress.push([stage, fraction]),
    })
    worker.send({ type: 'progress', id: 2, stage: 'compiling', fraction: 0.5 })
    worker.send({ type: 'event', id: 1, event: { type: 'finish', reason: 'stop' } })
    worker.send({ type: 'event', id: 99, event: { type: 'finish', reason: 'length' } })
    worker.send({ type: 'result', id: 2, result: null })
    worker.send({ type: 'result', id: 1, result: null })
    await Promise.all([generation, loading])
    expect(events).toEqual([{ type: 'finish', reason: 'stop' }])
    expect(progress).toEqual([['compiling', 0.5]])
  })

  it('gives the worker the files it asks for, as memory of its own', async () => {
    const { worker, channel } = open()
    worker.hello()
    const shared = Uint8Array.of(1, 2, 3, 4, 5, 6)
    const readFile = async (path: string) =>
      path === 'a' ? shared.subarray(2, 4) : Promise.reject(new Error('no disk'))
    const loading = channel.call('load', { ...(await source()), provider: 'wasm' }, { readFile })
    worker.send({ type: 'file-request', id: 1, fileId: 7, path: 'a' })
    worker.send({ type: 'file-request', id: 1, fileId: 8, path: 'b' })
    await new Promise(setImmediate)
    expect(worker.received.slice(1)).toEqual([
      { type: 'file', id: 1, fileId: 7, bytes: Uint8Array.of(3, 4) },
      {
        type: 'file-failed',
        id: 1,
        fileId: 8,
        error: expect.objectContaining({ code: 'engine/model-unreadable', message: 'no disk' }),
      },
    ])
    expect(shared.length).toBe(6)
    channel.close(stopped)
    await expect(loading).rejects.toBe(stopped)
  })

  it('waits for a cancelled call to end, up to a deadline', async () => {
    const { worker, channel, clock } = open()
    worker.hello()
    const controller = new AbortController()
    const call = channel.call('check', {} as never, { signal: controller.signal })
    controller.abort()
    expect(worker.received.at(-1)).toEqual({ type: 'cancel', id: 1 })
    clock.advance(ABORT_DEADLINE_MS - 1)
    worker.send({ type: 'error', id: 1, error: stopped.toData() })
    await expect(call).rejects.toMatchObject({ code: 'engine/aborted' })
    expect([worker.terminated, clock.pending]).toEqual([false, 0])
  })

  it('kills a worker that does not confirm an abort, and with it every pending call', async () => {
    const { worker, channel, clock } = open()
    worker.hello()
    const controller = new AbortController()
    const stuck = channel.call('check', {} as never, { signal: controller.signal })
    const other = channel.call('encode-prompt', { text: 'hi' })
    controller.abort()
    clock.advance(ABORT_DEADLINE_MS)
    await expect(stuck).rejects.toMatchObject({ code: 'engine/worker-stuck' })
    await expect(other).rejects.toMatchObject({ code: 'engine/worker-stuck' })
    expect(worker.terminated).toBe(true)
    await expect(channel.call('encode-prompt', { text: 'hi' })).rejects.toMatchObject({ code: 'engine/worker-stuck' })
  })

  it('ends when the worker says it can do nothing more', async () => {
    const { worker, channel } = open()
    worker.hello()
    const call = channel.call('check', {} as never)
    worker.send({ type: 'fatal', error: { code: 'engine/device-lost', message: 'Gone.', nextStep: 'Again.' } })
    await expect(call).rejects.toMatchObject({ code: 'engine/device-lost' })
    expect(channel.closed?.code).toBe('engine/device-lost')
  })

  it('ends when the worker’s script fails, with the reason among the facts', async () => {
    const { worker, channel, clock } = open()
    const call = channel.call('check', {} as never)
    worker.crash('could not load')
    await expect(call).rejects.toMatchObject({ code: 'engine/run-failed', details: { reason: 'could not load' } })
    expect([worker.terminated, clock.pending]).toEqual([true, 0])
  })
})
