import { expect, test } from 'vitest'
import type { AskEvent } from '../../../src/participant/events.ts'
import { createModelAccess } from '../../../src/participant/model-access.ts'
import type { Engine, Journal } from '../../../src/participant/ports.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { bytesToHex } from '../../../src/protocol/hash.ts'
import { bundleOutputIds } from '../../../src/protocol/receipt/bundle.ts'
import { faultOfBundle } from '../../../src/protocol/receipt/verify.ts'
import { createFullDiskJournal, createMemoryJournal } from '../../doubles/memory-journal.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { segmentFindings } from '../../doubles/sample-findings.ts'
import { createScriptedEngine, scriptedCell } from '../../doubles/scripted-engine.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { acceptedOf, createTown, settle } from './town.ts'

/** An engine that checks as the test says. */
function checkingAs(modelRoot: string, check: (honest: Engine) => Engine['check']) {
  const honest = createScriptedEngine({ modelRoot })
  const engine: Engine = Object.create(honest, { check: { value: check(honest) } })
  return { engine, access: createModelAccess({ engine, models: createTinyModelStore() }, modelRoot) }
}

test('an honest answer is checked, then journaled, and only then accepted', async () => {
  const town = createTown()
  const order: string[] = []
  const memory = createMemoryJournal()
  const journal: Journal = {
    ...memory,
    async append(record) {
      order.push(`journal ${record.outcome}`)
      await memory.append(record)
      order.push('journal holds it')
    },
  }
  const { engine, access } = checkingAs(town.modelRoot, (honest) => async (claim, signal) => {
    order.push('check')
    return honest.check(claim, signal)
  })
  await town.contribute('ada')
  const asker = await town.ask({}, { journal, engine, access })
  const accepted = asker.events.findIndex((event) => event.type === 'state' && event.state.state === 'accepted')
  expect(accepted).toBe(asker.events.length - 1)
  expect(order).toEqual(['check', 'journal accepted', 'journal holds it'])
  expect(asker.states()).toEqual(['finding', 'negotiating', 'streaming', 'checking', 'accepted'])
})

test('nothing is shown as accepted while the journal is still writing', async () => {
  const town = createTown()
  let written = (): void => {}
  const append = (): Promise<void> =>
    new Promise((resolve) => {
      written = resolve
    })
  await town.contribute('ada')
  const asker = await town.ask({}, { journal: { ...createMemoryJournal(), append } })
  expect(asker.last().state).toBe('checking')
  written()
  await asker.done
  expect(asker.last().state).toBe('accepted')
})

test('an accepted answer says who computed it, who checked it and how, and its bundle holds together', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const asker = await town.ask()
  const { locus, bundle, finish } = acceptedOf(asker)
  const cell = scriptedCell(town.modelRoot)
  const [leg] = bundle.legs
  expect(faultOfBundle(bundle)).toBeNull()
  expect(finish).toBe('length')
  expect(locus).toMatchObject({
    legs: [
      {
        peerId: 'ada',
        providerKey: bytesToHex(leg?.accept.providerKey ?? new Uint8Array()),
        cell,
        connection: { transport: 'memory' },
        firstToken: 0,
        tokens: 96,
        receipt: true,
      },
    ],
    checkedBy: { kind: 'this-device', cell },
    verdict: { verdict: 'pass' },
    report: { exactPair: true, tokens: 96, tokensMatched: 96, segments: segmentFindings(true, true, true) },
  })
  expect(asker.text()).toBe(
    bundleOutputIds(bundle)
      .map((id) => `<${id}>`)
      .join(''),
  )
  expect((await asker.records()).map(({ id, role, outcome, reason }) => ({ id, role, outcome, reason }))).toEqual([
    { id: locus.jobId, role: 'requester', outcome: 'accepted', reason: '' },
  ])
  expect((await ada.journal.list(9)).records).toMatchObject([{ id: locus.jobId, role: 'provider', outcome: 'served' }])
})

test('a question ends at the stop token, and says so', async () => {
  const town = createTown()
  const script = { stopAfter: 20 }
  await town.contribute('ada', { script })
  const engine = createScriptedEngine({ modelRoot: town.modelRoot, ...script })
  const access = createModelAccess({ engine, models: createTinyModelStore() }, town.modelRoot)
  const asker = await town.ask({}, { engine, access })
  const { finish, locus } = acceptedOf(asker)
  expect({ finish, tokens: locus.legs[0]?.tokens }).toEqual({ finish: 'stop', tokens: 20 })
})

test('the first of many finding states stays the time that the wait began', async () => {
  const town = createTown()
  const asker = await town.ask()
  await town.clock.run(30_000)
  const since = asker.events.flatMap((event) =>
    event.type === 'state' && event.state.state === 'finding' ? [event.state.since] : [],
  )
  expect(since.length).toBeGreaterThan(3)
  expect(new Set(since).size).toBe(1)
})

test('while nobody is online a question waits, and goes on by itself when somebody comes', async () => {
  const town = createTown()
  const asker = await town.ask()
  expect(asker.last()).toMatchObject({ state: 'finding', reason: expect.stringContaining('Nobody') })
  await town.contribute('ada')
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada'])
})

test('an empty prompt is refused at once, without asking anybody', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const asker = await town.ask({ prompt: '  \n ' })
  expect(asker.events).toMatchObject([{ state: { state: 'failed', error: { code: 'job/prompt-empty' } } }])
  expect(ada.states()).not.toContain('serving')
})

test('a prompt that fills the context is refused with its length and the limit', async () => {
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask({ prompt: 'a'.repeat(512) })
  const error = { code: 'job/prompt-too-long', details: { tokens: 512, contextTokens: 512 } }
  expect(asker.last()).toMatchObject({ state: 'failed', error })
})

test('a prompt that leaves room for one token gets one token', async () => {
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask({ prompt: 'a'.repeat(511) })
  expect(acceptedOf(asker).locus).toMatchObject({ legs: [{ tokens: 1 }], verdict: { verdict: 'pass' } })
})

test('a model that this page does not have fails with its code', async () => {
  const town = createTown()
  const { engine } = checkingAs(town.modelRoot, (honest) => honest.check)
  const modelRoot = 'ee'.repeat(32)
  const access = createModelAccess({ engine, models: createTinyModelStore() }, modelRoot)
  const asker = await town.ask({ modelRoot }, { engine, access })
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'model/unknown' } })
})

test('stop while nobody is there ends the question, and nothing of it is left behind', async () => {
  const town = createTown()
  const asker = await town.ask()
  asker.stop()
  await asker.done
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'job/aborted' } })
  expect(town.clock.pending).toBe(0)
})

test('a long wait leaves no listeners on the stop signal', async () => {
  const town = createTown()
  const stop = new AbortController()
  let listeners = 0
  const { addEventListener, removeEventListener } = stop.signal
  stop.signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
    listeners++
    addEventListener.apply(stop.signal, args)
  }
  stop.signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    listeners--
    removeEventListener.apply(stop.signal, args)
  }
  const asker = await town.ask({}, {}, stop)
  await town.clock.run(60_000)
  expect(listeners).toBe(1)
  await town.contribute('ada')
  expect(asker.last().state).toBe('accepted')
  expect(listeners).toBe(0)
})

test('stop in the middle keeps what there is: a partial answer with a receipt, checked and accepted', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  const asker = await town.ask()
  expect(asker.last()).toMatchObject({ state: 'streaming', tokens: 40, committed: 32 })
  asker.stop()
  await settle()
  gate.open()
  await asker.done
  const { finish, locus, bundle } = acceptedOf(asker)
  expect({ finish, verdict: locus.verdict }).toEqual({ finish: 'aborted', verdict: { verdict: 'pass' } })
  expect(bundleOutputIds(bundle).length).toBe(40)
  expect(faultOfBundle(bundle)).toBeNull()
})

test('stop while a provider is being dialled ends the question without waiting for the dial', async () => {
  const town = createTown()
  await town.stranger('gone', async (stream) => stream.abort(new Error('gone')))
  const asker = await town.ask()
  town.hub.sever('gone')
  await town.clock.run(5_000)
  expect(asker.last()).toEqual({ state: 'negotiating', peerId: 'gone' })
  asker.stop()
  await settle()
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'job/aborted' } })
})

test('a cell that this device cannot repeat is accepted as inconclusive, and the journal says why', async () => {
  const town = createTown()
  const { engine, access } = checkingAs(town.modelRoot, (honest) => async (claim, signal) => ({
    ...(await honest.check(claim, signal)),
    exactPair: false,
  }))
  await town.contribute('ada')
  const asker = await town.ask({}, { engine, access })
  expect(acceptedOf(asker).locus.verdict).toEqual({
    verdict: 'inconclusive',
    reason: 'check/other-cell',
    statistic: '96/96 tokens',
  })
  expect(await asker.records()).toMatchObject([{ outcome: 'accepted', reason: 'check/other-cell' }])
})

test('a check that cannot run is inconclusive: the answer is accepted, and nobody is said to have checked it', async () => {
  const town = createTown()
  const memoryFull = new CodedError({
    code: 'engine/out-of-memory',
    message: 'No memory left.',
    nextStep: 'Close tabs.',
  })
  const { engine, access } = checkingAs(town.modelRoot, () => () => Promise.reject(memoryFull))
  await town.contribute('ada')
  const asker = await town.ask({}, { engine, access })
  expect(acceptedOf(asker).locus).toMatchObject({
    verdict: { verdict: 'inconclusive', reason: 'check/unavailable' },
    checkedBy: { kind: 'nobody', reason: 'No memory left.' },
    report: null,
  })
  expect(await asker.records()).toMatchObject([{ outcome: 'accepted', reason: 'check/unavailable', report: null }])
})

test('an answer that the journal refuses is not shown as accepted', async () => {
  const town = createTown()
  await town.contribute('ada')
  const asker = await town.ask({}, { journal: createFullDiskJournal() })
  expect(asker.last()).toMatchObject({ state: 'failed', error: { code: 'storage/unavailable' } })
  expect(asker.states()).not.toContain('accepted')
})

test('an answer leaves no timer and no open stream behind', async () => {
  const town = createTown()
  const ada = await town.contribute('ada')
  const asker = await town.ask()
  await asker.done
  await ada.provider.stop()
  expect(town.clock.pending).toBe(0)
})

test('text only grows while one honest provider answers', async () => {
  const town = createTown()
  await town.contribute('ada')
  const { events } = await town.ask()
  const texts = events.flatMap((event: AskEvent) => (event.type === 'text' ? [event.text] : []))
  expect(texts.length).toBeGreaterThan(1)
  for (const [i, text] of texts.entries()) expect(text.startsWith(texts[i - 1] ?? '')).toBe(true)
})
