import { expect, test } from 'vitest'
import type { ContributeState } from '../../../src/participant/events.ts'
import type { ModelAccess } from '../../../src/participant/model-access.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import { createOfferBook } from '../../../src/participant/offer-book.ts'
import type { Engine, Lease } from '../../../src/participant/ports.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { LOW_BATTERY } from '../../doubles/manual-pause-signals.ts'
import { createFullDiskJournal } from '../../doubles/memory-journal.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createSingleLease } from '../../doubles/single-lease.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { createRawRequester, sampleRequest } from './raw-job.ts'
import { acceptedOf, createTown, settle, type Town } from './town.ts'

/** Somebody who only listens to offers. */
async function listenerOf(town: Town, peerId = 'listener') {
  const network = town.hub.join(peerId)
  const book = createOfferBook(town.clock)
  network.onOffer((bytes, publisher) => book.receive(bytes, publisher))
  await network.start()
  const free = (): string | null =>
    book.best({ modelRoot: town.modelRoot, excludedPeers: new Set(), checkerCell: null })?.peerId ?? null
  return { network, free, known: () => book.size() }
}

async function requestFrom(town: Town, peerId: string, contributor: string) {
  const { network } = await listenerOf(town, peerId)
  const stream = await network.openJob(contributor)
  const requester = createRawRequester(stream)
  await requester.send({ type: 'request', request: sampleRequest(town.modelRoot) })
  await settle()
  return { stream, requester }
}

/** A model access whose every step the test lets through. */
function heldAccess(step: 'download' | 'load') {
  const { modelRoot } = createTinyModelStore()
  const engine = createScriptedEngine({ modelRoot })
  const honest = createModelAccess({ engine, models: createTinyModelStore() }, modelRoot)
  let release = (): void => {}
  let progress = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const access: ModelAccess = {
    ...honest,
    async download(onProgress, signal) {
      progress = () => onProgress(1, 2)
      if (step === 'download') await held
      return honest.download(onProgress, signal)
    },
    async load(provider, onProgress) {
      progress = () => onProgress?.('compiling', 0.5)
      if (step === 'load') await held
      // A port that does not look at its signal.
      return honest.load(provider, onProgress)
    },
  }
  return { access, engine, release: () => release(), progress: () => progress() }
}

test('a contributor downloads, prepares, connects and is ready, in this order', async () => {
  const town = createTown()
  const models = createTinyModelStore(false)
  const engine = createScriptedEngine({ modelRoot: town.modelRoot })
  const access = createModelAccess({ engine, models }, town.modelRoot)
  const ada = await town.contribute('ada', { ports: { engine, access } })
  expect(ada.states()).toEqual(['downloading', 'connecting', 'ready'])
  expect(await models.status(town.modelRoot)).toMatchObject({ state: 'complete' })
  const bytes = ada.events.flatMap(({ ...event }) =>
    event.type === 'state' && event.state.state === 'downloading' ? [event.state.haveBytes] : [],
  )
  expect(bytes).toEqual([0, 0, expect.any(Number)])
})

test('a served job counts its tokens, is journaled as served, and shows its speed meanwhile', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const asker = await town.ask()
  await asker.done
  await settle()
  const jobId = acceptedOf(asker).locus.jobId
  const serving = ada.events.flatMap((event) =>
    event.type === 'state' && event.state.state === 'serving' ? [event.state] : [],
  )
  expect(serving[0]).toMatchObject({ jobId, tokens: 0 })
  expect(serving.at(-1)).toMatchObject({ jobId, tokens: 96 })
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 96 } })
  expect(ada.last().state).toBe('ready')
  const { records } = await ada.journal.list(9)
  expect(records).toMatchObject([{ id: jobId, role: 'provider', outcome: 'served', bundle: { legs: [{}] } }])
})

test('offers are heard at once, renewed, withdrawn by stop, and expire', async () => {
  const town = createTown()
  const listener = await listenerOf(town)
  const ada = await town.contribute('ada')
  expect(listener.free()).toBe('ada')
  await town.clock.run(60_000)
  expect(listener.free()).toBe('ada')
  await ada.provider.stop()
  await settle()
  expect(listener.free()).toBeNull()
  expect(listener.known()).toBe(1)
  await town.clock.run(10_000)
  expect(listener.known()).toBe(0)
  expect(town.hub.refusedOffers).toEqual([])
})

test('a contributor that vanishes without a word is forgotten within ten seconds', async () => {
  const town = createTown()
  const listener = await listenerOf(town)
  await town.contribute('ada')
  town.hub.sever('ada')
  await town.clock.run(9_999)
  expect(listener.free()).toBe('ada')
  await town.clock.run(1)
  expect(listener.free()).toBeNull()
})

test('while it serves it offers itself as busy, and as free again after', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const listener = await listenerOf(town)
  await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  const asker = await town.ask()
  expect(listener.free()).toBeNull()
  gate.open()
  await asker.done
  await settle()
  expect(listener.free()).toBe('ada')
})

test('a second job meanwhile is refused as busy, and the first one is not disturbed', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const ada = await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  const first = await town.ask()
  const second = await requestFrom(town, 'second', 'ada')
  expect(second.requester.received).toEqual([{ type: 'refuse', code: 'job/busy' }, { type: 'closed' }])
  gate.open()
  await first.done
  await settle()
  expect(acceptedOf(first).locus.verdict).toEqual({ verdict: 'pass' })
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 96 } })
})

test('of two jobs in the same instant one is served and one refused', async () => {
  const town = createTown()
  await town.contribute('ada')
  const { network } = await listenerOf(town, 'eager')
  const streams = await Promise.all([network.openJob('ada'), network.openJob('ada')])
  const requesters = streams.map((stream) => createRawRequester(stream))
  for (const requester of requesters) {
    await requester.send({ type: 'request', request: sampleRequest(town.modelRoot) })
  }
  await settle()
  expect(requesters.map(({ received }) => received.map(({ type }) => type))).toEqual([['accept'], ['refuse', 'closed']])
})

test('a requester that vanishes frees the contributor for the next one', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const { stream } = await requestFrom(town, 'rude', 'ada')
  stream.abort(new Error('gone'))
  await settle()
  expect(ada.logger.lines).toEqual(['job-ended-early network/peer-lost'])
  expect(acceptedOf(await town.ask()).locus.legs[0]?.peerId).toBe('ada')
})

test('a job refused for its terms is not counted', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const { network } = await listenerOf(town)
  const requester = createRawRequester(await network.openJob('ada'))
  await requester.send({ type: 'request', request: sampleRequest('cd'.repeat(32)) })
  await settle()
  expect(requester.received[0]).toEqual({ type: 'refuse', code: 'job/model-not-served' })
  expect(ada.events.some(({ type }) => type === 'totals')).toBe(false)
  expect(ada.last().state).toBe('ready')
})

test('a journal that is full does not stop a contributor, and the log says so', async () => {
  const town = createTown()
  const ada = await town.contribute('ada', { ports: { journal: createFullDiskJournal() } })
  acceptedOf(await town.ask())
  await settle()
  expect(ada.logger.lines).toEqual(['job-ended-early storage/unavailable'])
  expect(ada.last().state).toBe('ready')
})

test('with the lease in another tab it fails with the code, computes nothing and offers nothing', async () => {
  const town = createTown()
  const lease = createSingleLease()
  await lease.acquire()
  const listener = await listenerOf(town)
  const ada = await town.contribute('ada', { ports: { lease } })
  expect(ada.states()).toEqual(['failed'])
  expect(ada.last()).toMatchObject({ error: { code: 'lease/held-elsewhere' } })
  expect(lease.isHeld).toBe(true)
  expect(listener.known()).toBe(0)
})

test('after a failure it may be started again', async () => {
  const town = createTown()
  const lease = createSingleLease()
  const release = await lease.acquire()
  const ada = await town.contribute('ada', { ports: { lease } })
  release()
  await ada.provider.start()
  expect(ada.last().state).toBe('ready')
})

test('stop gives back the lease, the timers and every subscription', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  expect(ada.lease.isHeld).toBe(true)
  await ada.provider.stop()
  expect(ada.lease.isHeld).toBe(false)
  expect(ada.pauseSignals.listeners).toBe(0)
  expect(town.clock.pending).toBe(0)
  const { network } = await listenerOf(town)
  const requester = createRawRequester(await network.openJob('ada'))
  await settle()
  expect(requester.received).toEqual([{ type: 'lost' }])
})

test('a second start is ignored, and one stop ends it all', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const events = ada.events.length
  await ada.provider.start()
  expect(ada.events.length).toBe(events)
  await ada.provider.stop()
  await ada.provider.stop()
  expect(ada.states()).toEqual(['downloading', 'connecting', 'ready', 'idle'])
  expect(town.clock.pending).toBe(0)
})

test('stopped and started again, it serves, and goes on counting', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  acceptedOf(await town.ask())
  await ada.provider.stop()
  await ada.provider.start()
  acceptedOf(await town.ask())
  await settle()
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 2, tokens: 192 } })
})

test.each(['download', 'load'] as const)('stopped during %s it stays idle, whatever still comes back', async (step) => {
  const town = createTown()
  const held = heldAccess(step)
  const { provider, events, lease } = town.contributor('ada', { ports: { access: held.access, engine: held.engine } })
  const started = provider.start()
  await settle()
  expect(lease.isHeld).toBe(true)
  await provider.stop()
  const before = events.length
  held.progress()
  held.release()
  await started
  expect(events.length).toBe(before)
  expect(events.at(-1)).toEqual({ type: 'state', state: { state: 'idle' } })
  expect(lease.isHeld).toBe(false)
  expect(town.clock.pending).toBe(0)
})

test('a lease that arrives after stop is given back', async () => {
  const town = createTown()
  let grant = (): void => {}
  let isHeld = false
  const lease: Lease = {
    acquire: () =>
      new Promise((resolve) => {
        grant = () => {
          isHeld = true
          resolve(() => {
            isHeld = false
          })
        }
      }),
  }
  const ada = town.contributor('ada', { ports: { lease } })
  const started = ada.provider.start()
  await ada.provider.stop()
  grant()
  await started
  expect(isHeld).toBe(false)
  expect(ada.last().state).toBe('idle')
})

test('a job that is still ending does not speak for the contributor that was started again', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const ada = await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  await town.ask()
  await ada.provider.stop()
  await ada.provider.start()
  const before = ada.events.length
  gate.open()
  await settle()
  expect(ada.events.length).toBe(before)
  await town.clock.run(2_000)
  const listener = await listenerOf(town)
  await town.clock.run(2_000)
  expect(listener.free()).toBe('ada')
})

test('a pause shows its reason, offers nothing, refuses jobs, and ends', async () => {
  const town = createTown()
  const listener = await listenerOf(town)
  const ada = await town.contribute('ada')
  ada.pauseSignals.set(LOW_BATTERY)
  await settle()
  expect(ada.last()).toMatchObject({ state: 'paused', ...LOW_BATTERY })
  expect(listener.free()).toBeNull()
  const { requester } = await requestFrom(town, 'late', 'ada')
  expect(requester.received[0]).toEqual({ type: 'refuse', code: 'job/busy' })
  ada.pauseSignals.set(null)
  await settle()
  expect(ada.last().state).toBe('ready')
  expect(listener.free()).toBe('ada')
})

test('a device that is on battery from the start is paused from the start', async () => {
  const town = createTown()
  const ada = town.contributor('ada')
  ada.pauseSignals.set(LOW_BATTERY)
  await ada.provider.start()
  expect(ada.last()).toMatchObject({ state: 'paused', ...LOW_BATTERY })
})

test('a pause in the middle of a job lets it end, and then pauses', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const ada = await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  const asker = await town.ask()
  ada.pauseSignals.set(LOW_BATTERY)
  expect(ada.last().state).toBe('serving')
  gate.open()
  await asker.done
  await settle()
  expect(acceptedOf(asker).locus.legs[0]?.peerId).toBe('ada')
  expect(ada.last()).toMatchObject({ state: 'paused', ...LOW_BATTERY })
})

const LOST = new CodedError({ code: 'engine/device-lost', message: 'The GPU is gone.', nextStep: 'Wait.' })

/** A device that is lost once, at token 40, and whose every load is counted. */
function fragile(town: Town) {
  const script = createScriptedEngine({
    modelRoot: town.modelRoot,
    async beforeToken(position) {
      if (position < 40 || isLost) return
      isLost = true
      throw LOST
    },
  })
  let isLost = false
  let loads = 0
  let holdLoad: Promise<void> = Promise.resolve()
  const engine: Engine = Object.create(script, {
    load: {
      value: async (...args: Parameters<Engine['load']>) => {
        loads++
        await holdLoad
        return script.load(...args)
      },
    },
  })
  return {
    engine,
    loads: () => loads,
    /** The next loads wait for the returned one of the two. */
    holdLoads() {
      let release = (): void => {}
      let fail = (_error: Error): void => {}
      holdLoad = new Promise((resolve, reject) => {
        release = resolve
        fail = reject
      })
      return { release, fail }
    },
  }
}

test('a lost device is said to be lost, tested again and offered again, without letting go of the lease', async () => {
  const town = createTown()
  const device = fragile(town)
  const ada = await town.contribute('ada', { corruptEngine: () => device.engine })
  await town.contribute('bob')
  const asker = await town.ask()
  await asker.done
  await settle()
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada', 'bob'])
  expect(device.loads()).toBe(2)
  expect(ada.states().slice(-4)).toEqual(['serving', 'paused', 'connecting', 'ready'])
  expect(ada.lease.isHeld).toBe(true)
  expect(acceptedOf(await town.ask()).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada'])
})

test('stop while a lost device is tested again is the last word', async () => {
  const town = createTown()
  const device = fragile(town)
  const ada = await town.contribute('ada', { corruptEngine: () => device.engine })
  const loads = device.holdLoads()
  await town.ask()
  expect(ada.last()).toMatchObject({ state: 'paused', reason: 'The graphics device was lost.' })
  await ada.provider.stop()
  loads.release()
  await settle()
  expect(ada.last().state).toBe('idle')
  expect(ada.lease.isHeld).toBe(false)
})

test('a device that fails its second test ends the contribution with the engine’s code', async () => {
  const town = createTown()
  const device = fragile(town)
  const ada = await town.contribute('ada', { corruptEngine: () => device.engine })
  const loads = device.holdLoads()
  await town.ask()
  loads.fail(LOST)
  await settle()
  expect(ada.last()).toMatchObject({ state: 'failed', error: { code: 'engine/device-lost' } })
  expect(ada.lease.isHeld).toBe(false)
})

test('a failed start says what happened, even if it was somebody else’s abort', async () => {
  const town = createTown()
  const aborted = new CodedError({ code: 'engine/aborted', message: 'The worker was ended.', nextStep: 'Start again.' })
  const ada = await town.contribute('ada', {
    corruptEngine: (honest) => Object.create(honest, { load: { value: () => Promise.reject(aborted) } }),
  })
  expect(ada.states()).toEqual(['downloading', 'failed'])
  expect(ada.last()).toEqual({ state: 'failed', error: aborted.toData() } satisfies ContributeState)
})
