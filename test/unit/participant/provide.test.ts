import { expect, test } from 'vitest'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import { createFullDiskJournal } from '../../doubles/memory-journal.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createSingleLease } from '../../doubles/single-lease.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { listenerOf, requestFrom } from './listener.ts'
import { createRawRequester, sampleRequest } from './raw-job.ts'
import { acceptedOf, createTown, settle } from './town.ts'

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
  expect(serving[0]).toMatchObject({ jobs: 1, tokens: 0 })
  expect(serving.at(-1)).toMatchObject({ jobs: 1, tokens: 96 })
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 96, attestations: 0 } })
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
  expect(town.hub.refused).toEqual([])
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
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 96, attestations: 0 } })
})

test('of two jobs in the same instant one is served and one refused', async () => {
  const town = createTown()
  await town.contribute('ada')
  const { network } = await listenerOf(town, 'eager')
  const streams = await Promise.all([network.openStream('ada', 'job'), network.openStream('ada', 'job')])
  const requesters = streams.map((stream) => createRawRequester(stream))
  for (const requester of requesters) {
    await requester.send({ type: 'request', request: sampleRequest(town.modelRoot) })
  }
  await settle()
  expect(requesters.map(({ received }) => received.map(({ type }) => type))).toEqual([['accept'], ['refuse', 'closed']])
})

test('with several slots it serves as many at once, offers itself as free until they are full, and shows the sum', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const listener = await listenerOf(town)
  const ada = await town.contribute('ada', { script: { slots: 2, beforeToken: gate.beforeToken } })
  const first = await town.ask()
  expect(listener.free()).toBe('ada')
  const second = await town.ask()
  expect(listener.free()).toBeNull()
  expect(ada.last()).toMatchObject({ state: 'serving', jobs: 2, tokens: 80 })
  const third = await requestFrom(town, 'third', 'ada')
  expect(third.requester.received).toEqual([{ type: 'refuse', code: 'job/busy' }, { type: 'closed' }])
  gate.open()
  await Promise.all([first.done, second.done])
  await settle()
  for (const asker of [first, second]) expect(acceptedOf(asker).locus.verdict).toEqual({ verdict: 'pass' })
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 2, tokens: 192, attestations: 0 } })
  expect(ada.last().state).toBe('ready')
  expect(listener.free()).toBe('ada')
})

test('one of several requesters that vanishes does not disturb the others', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const ada = await town.contribute('ada', { script: { slots: 2, beforeToken: gate.beforeToken } })
  const first = await town.ask()
  const { stream } = await requestFrom(town, 'rude', 'ada')
  stream.abort(new Error('gone'))
  await settle()
  expect(ada.last()).toMatchObject({ state: 'serving', jobs: 1 })
  gate.open()
  await first.done
  expect(acceptedOf(first).locus.legs[0]?.peerId).toBe('ada')
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
  const requester = createRawRequester(await network.openStream('ada', 'job'))
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
  const requester = createRawRequester(await network.openStream('ada', 'job'))
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
  expect(ada.events).toContainEqual({ type: 'totals', totals: { jobs: 2, tokens: 192, attestations: 0 } })
})
