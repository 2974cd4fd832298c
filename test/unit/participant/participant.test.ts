import { expect, test } from 'vitest'
import type { AskEvent, BundleCheckState, ContributeEvent } from '../../../src/participant/events.ts'
import { createParticipant, type ParticipantPorts } from '../../../src/participant/participant.ts'
import type { Network, NetworkStatus } from '../../../src/participant/ports.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { type Bundle, bundleOutputIds } from '../../../src/protocol/receipt/bundle.ts'
import { bundleToJson } from '../../../src/protocol/receipt/bundle-file.ts'
import { createMemoryMoneyBook } from '../../../src/storage/money-book.ts'
import { createMemoryStandingBook } from '../../../src/storage/standings.ts'
import { createManualPauseSignals } from '../../doubles/manual-pause-signals.ts'
import { createMemoryJournal } from '../../doubles/memory-journal.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { createSingleLease } from '../../doubles/single-lease.ts'
import { verifySlowly } from '../../doubles/vouchers.ts'
import { acceptedOf, createTown, GREEDY_96, lastOf, settle, type Town } from './town.ts'

const NO_BEACON = { code: 'beacon/unreachable', message: 'No beacon.', nextStep: 'None.' } as const

/** A participant of the town whose use of the network is counted. */
function move(town: Town, peerId: string, changes: Partial<ParticipantPorts> = {}) {
  const statuses: NetworkStatus[] = []
  const models = createTinyModelStore()
  const lease = createSingleLease()
  const journal = createMemoryJournal()
  let opened = 0
  const ports: ParticipantPorts = {
    servingEngine: createScriptedEngine({ modelRoot: town.modelRoot }),
    checkingEngine: createScriptedEngine({ modelRoot: town.modelRoot }),
    models,
    async openNetwork() {
      opened++
      return town.hub.join(opened === 1 ? peerId : `${peerId}-${opened}`)
    },
    onNetworkStatus: (status) => statuses.push(status),
    openBeacon: () => Promise.reject(new CodedError(NO_BEACON)),
    standings: createMemoryStandingBook(),
    openChain: async () => null,
    moneyBook: createMemoryMoneyBook(),
    verifySignature: verifySlowly,
    journal,
    sessionKey: createSeededSessionKey(101),
    ephemeralKey: async () => createSeededSessionKey(900),
    lease,
    pauseSignals: createManualPauseSignals(),
    clock: town.clock,
    random: createSeededRandom(101),
    logger: createRecordingLogger(),
    ...changes,
  }
  const participant = createParticipant(ports, {
    modelRoot: town.modelRoot,
    provider: 'auto',
    thresholds: { version: 1, pairs: [] },
  })
  const contributed: ContributeEvent[] = []
  const asked: AskEvent[] = []
  return {
    participant,
    ports,
    models,
    lease,
    journal,
    statuses,
    contributed,
    asked,
    opened: () => opened,
    contribute: () => participant.contribute((event) => contributed.push(event)),
    ask: () => participant.ask(GREEDY_96, (event) => asked.push(event), new AbortController().signal),
    async check(json: string, signal?: AbortSignal) {
      const states: BundleCheckState[] = []
      await participant.checkBundleFile(json, (state) => states.push(state), signal)
      return states
    },
  }
}

async function someBundle(): Promise<Bundle> {
  const town = createTown()
  await town.contribute('ada')
  return acceptedOf(await town.ask()).bundle
}

const UNREACHABLE = new CodedError({
  code: 'network/relay-unreachable',
  message: 'No relay.',
  nextStep: 'Check your connection.',
})

test('contributing and asking share one network, and nobody asks themselves', async () => {
  const town = createTown()
  const eve = move(town, 'eve')
  await Promise.all([eve.contribute(), eve.contribute()])
  const asking = eve.ask()
  await town.clock.run(4_000)
  expect(eve.opened()).toBe(1)
  expect(lastOf(eve.asked)).toMatchObject({ state: { state: 'finding' } })
  await town.contribute('ada')
  await asking
  expect(lastOf(eve.asked)).toMatchObject({ state: { state: 'accepted', locus: { legs: [{ peerId: 'ada' }] } } })
  expect(eve.statuses.map(({ state }) => state)).toContain('online')
})

test('both roles at once: it serves a stranger while it asks one', async () => {
  const town = createTown()
  const eve = move(town, 'eve')
  await eve.contribute()
  const stranger = await town.ask()
  await settle()
  expect(acceptedOf(stranger).locus.legs[0]?.peerId).toBe('eve')
  expect(eve.contributed).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 96, attestations: 0 } })
  await town.contribute('ada')
  await eve.ask()
  expect((await eve.journal.list(9)).records.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
    'requester accepted',
    'provider served',
  ])
})

test('pressing Contribute twice is one contribution, and one stop ends it', async () => {
  const town = createTown()
  const eve = move(town, 'eve')
  await eve.contribute()
  await eve.contribute()
  expect(eve.contributed.some((event) => event.type === 'state' && event.state.state === 'failed')).toBe(false)
  await eve.participant.stopContributing()
  expect(lastOf(eve.contributed)).toEqual({ type: 'state', state: { state: 'idle' } })
  expect(eve.lease.isHeld).toBe(false)
  expect(town.clock.pending).toBe(0)
})

test('a start that failed is said, cleaned up, and may be tried again', async () => {
  const town = createTown()
  const stopped: string[] = []
  let listening = 0
  let attempts = 0
  const openNetwork = async (): Promise<Network> => {
    const network = town.hub.join(`eve-${++attempts}`)
    const counted = (undo: () => void) => {
      listening++
      return () => {
        listening--
        undo()
      }
    }
    return {
      ...network,
      start: () => (attempts === 1 ? Promise.reject(UNREACHABLE) : network.start()),
      async stop() {
        stopped.push(network.peerId)
        await network.stop()
      },
      onStatus: (listener) => counted(network.onStatus(listener)),
      onGossip: (topic, handler) => counted(network.onGossip(topic, handler)),
    }
  }
  const eve = move(town, 'eve', { openNetwork })
  await eve.contribute()
  expect(lastOf(eve.contributed)).toMatchObject({
    state: { state: 'failed', error: { code: 'network/relay-unreachable' } },
  })
  expect({ stopped, listening }).toEqual({ stopped: ['eve-1'], listening: 0 })
  await eve.contribute()
  expect(lastOf(eve.contributed)).toMatchObject({ state: { state: 'ready' } })
  expect(attempts).toBe(2)
})

test('a question without a network fails with its code', async () => {
  const eve = move(createTown(), 'eve', { openNetwork: () => Promise.reject(UNREACHABLE) })
  await eve.ask()
  expect(eve.asked).toEqual([{ type: 'state', state: { state: 'failed', error: UNREACHABLE.toData() } }])
})

test('a bundle file is checked without any network, and gives prompt, text and locus', async () => {
  const bundle = await someBundle()
  const eve = move(createTown(), 'eve')
  const states = await eve.check(bundleToJson(bundle))
  expect(states.map(({ state }) => state)).toEqual(['reading', 'checking', 'done'])
  const text = bundleOutputIds(bundle)
    .map((id) => `<${id}>`)
    .join('')
  expect(lastOf(states)).toMatchObject({
    state: 'done',
    text,
    prompt: expect.stringMatching(/^(<\d+>){16}$/),
    locus: {
      verdict: { verdict: 'pass' },
      checkedBy: { kind: 'this-device' },
      legs: [{ peerId: '', connection: null }],
    },
  })
  expect(eve.opened()).toBe(0)
})

test('a bundle that this participant holds is checked the same way', async () => {
  const states: BundleCheckState[] = []
  const eve = move(createTown(), 'eve')
  await eve.participant.checkBundle(await someBundle(), (state) => states.push(state))
  expect(states.map(({ state }) => state)).toEqual(['checking', 'done'])
  expect(eve.opened()).toBe(0)
})

test('a bundle whose model is not on this device downloads it first', async () => {
  const models = createTinyModelStore(false)
  const eve = move(createTown(), 'eve', { models })
  const states = await eve.check(bundleToJson(await someBundle()))
  expect(lastOf(states)).toMatchObject({ state: 'done', locus: { verdict: { verdict: 'pass' } } })
  expect(await models.status(models.modelRoot)).toMatchObject({ state: 'complete' })
})

test.each([
  { what: 'not JSON', json: '{' },
  { what: 'JSON of something else', json: '{"version":1}' },
  { what: 'an empty file', json: '' },
])('$what is invalid, with what to do about it', async ({ json }) => {
  const states = await move(createTown(), 'eve').check(json)
  expect(states).toMatchObject([
    { state: 'reading' },
    { state: 'invalid', error: { code: 'receipt/malformed', nextStep: expect.stringContaining('Download evidence') } },
  ])
})

test('a bundle of a foreign model is invalid, and the store is not asked for it', async () => {
  const bundle = structuredClone(await someBundle())
  for (const leg of bundle.legs) leg.request.modelRoot = 'cd'.repeat(32)
  const states = await move(createTown(), 'eve').check(bundleToJson(bundle))
  expect(lastOf(states)).toMatchObject({ state: 'invalid', error: { code: 'model/unknown' } })
})

test('a bundle with a changed id is shown, with a verdict that says which rule it broke', async () => {
  const bundle = structuredClone(await someBundle())
  const [segment] = bundle.legs[0]?.segments ?? []
  if (segment !== undefined) segment.ids[3] = 5
  const states = await move(createTown(), 'eve').check(bundleToJson(bundle))
  expect(lastOf(states)).toMatchObject({
    state: 'done',
    locus: { verdict: { verdict: 'fail', reason: 'receipt/hash-chain' }, checkedBy: { kind: 'nobody' } },
  })
})

test('a check that is stopped while the model downloads ends as invalid, not in the air', async () => {
  const stop = new AbortController()
  stop.abort()
  const eve = move(createTown(), 'eve', { models: createTinyModelStore(false) })
  const states = await eve.check(bundleToJson(await someBundle()), stop.signal)
  expect(lastOf(states)).toMatchObject({ state: 'invalid', error: { code: 'model/cancelled' } })
})

test('deleting the model stops contributing, both engines and then the files; it may be had again', async () => {
  const town = createTown()
  const eve = move(town, 'eve')
  await eve.contribute()
  await eve.check(bundleToJson(await someBundle()))
  await eve.participant.deleteModel()
  expect(lastOf(eve.contributed)).toEqual({ type: 'state', state: { state: 'idle' } })
  expect(eve.ports.servingEngine.info).toBeNull()
  expect(eve.ports.checkingEngine.info).toBeNull()
  expect(await eve.models.status(town.modelRoot)).toEqual({ state: 'absent' })
  await eve.contribute()
  expect(lastOf(eve.contributed)).toMatchObject({ state: { state: 'ready' } })
  expect(await eve.models.status(town.modelRoot)).toMatchObject({ state: 'complete' })
})

test('stop ends everything: contribution, network, engines and timers', async () => {
  const town = createTown()
  const eve = move(town, 'eve')
  await eve.contribute()
  await eve.participant.stop()
  expect(eve.statuses.at(-1)).toEqual({ state: 'offline' })
  expect(eve.ports.servingEngine.info).toBeNull()
  expect(eve.lease.isHeld).toBe(false)
  expect(town.clock.pending).toBe(0)
})

test('stop before anything was started is harmless', async () => {
  const eve = move(createTown(), 'eve')
  await eve.participant.stop()
  await eve.participant.stopContributing()
  expect(eve.opened()).toBe(0)
  expect(eve.contributed).toEqual([])
})
