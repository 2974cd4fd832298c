import { expect, test } from 'vitest'
import type { ContributeState } from '../../../src/participant/events.ts'
import type { ModelAccess } from '../../../src/participant/model-access.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import type { Engine, EngineInfo, Lease } from '../../../src/participant/ports.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { LOW_BATTERY } from '../../doubles/manual-pause-signals.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { listenerOf, requestFrom } from './listener.ts'
import { acceptedOf, createTown, settle, type Town } from './town.ts'

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

/** A contributor in the middle of an answer, with its engine in the test's hand. */
async function interrupted(town: Town) {
  const gate = createTokenGate(40)
  const engine = createScriptedEngine({ modelRoot: town.modelRoot, slots: 2, beforeToken: gate.beforeToken })
  const ada = await town.contribute('ada', { corruptEngine: () => engine })
  const listener = await listenerOf(town)
  const asker = await town.ask()
  engine.tell({ state: 'rebuilding', error: LOST.toData() })
  await settle()
  return { ada, asker, listener, engine, open: gate.open, info: engine.info as EngineInfo }
}

test('an engine that rebuilds itself is a pause: nobody new comes, and the answer goes on where it was', async () => {
  const town = createTown()
  const { ada, asker, listener, engine, open, info } = await interrupted(town)
  expect(ada.last()).toMatchObject({ state: 'paused', reason: 'The graphics device was lost.' })
  expect(listener.free()).toBeNull()
  engine.tell({ state: 'rebuilt', info: { ...info, slots: 1 } })
  await settle()
  expect(ada.last()).toMatchObject({ state: 'serving', jobs: 1, engine: { slots: 1 } })
  expect(listener.free()).toBeNull()
  open()
  await asker.done
  await settle()
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada'])
  expect([ada.last().state, listener.free()]).toEqual(['ready', 'ada'])
})

test('an engine that comes back as another cell is offered as what it is now', async () => {
  const town = createTown()
  const { ada, engine, info } = await interrupted(town)
  const other = { ...info, cell: { ...info.cell, prefillChunk: 32 } }
  engine.tell({ state: 'rebuilt', info: other })
  await settle()
  expect(ada.states().slice(-3)).toEqual(['paused', 'connecting', 'serving'])
  await ada.provider.stop()
})

test('an engine that cannot be rebuilt is loaded again, and its failure is the contributor’s', async () => {
  const town = createTown()
  const { ada, engine } = await interrupted(town)
  engine.load = () => Promise.reject(LOST)
  engine.tell({ state: 'failed', error: LOST.toData() })
  await settle()
  expect(ada.last()).toMatchObject({ state: 'failed', error: { code: 'engine/device-lost' } })
  expect(ada.lease.isHeld).toBe(false)
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
