import { expect, test } from 'vitest'
import { bytesEqual } from '../../../src/protocol/hash.ts'
import { seedOf } from '../../../src/protocol/job/job.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../../../src/protocol/receipt/bundle.ts'
import { faultOfBundle } from '../../../src/protocol/receipt/verify.ts'
import type { ProviderMessage } from '../../../src/protocol/wire/job-messages.ts'
import { tamperingNetwork } from '../../doubles/hostile-providers.ts'
import { createScriptedEngine } from '../../doubles/scripted-engine.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { acceptedOf, createTown, settle } from './town.ts'

/** What one provider would have written without any interruption: the script itself, from the bundle's own seed. */
async function uninterrupted(modelRoot: string, bundle: Bundle): Promise<number[]> {
  const [{ request, accept, requesterShare }] = bundle.legs as [Leg]
  const engine = createScriptedEngine({ modelRoot })
  await engine.load({} as never)
  const { promptIds, maxTokens, stopIds, sampler } = request
  const seed = seedOf(request, accept, requesterShare)
  const job = { promptIds, resumedIds: [], maxTokens, stopIds, sampler, seed }
  const ids: number[] = []
  for await (const event of engine.generate(job, new AbortController().signal)) {
    if (event.type === 'segment') ids.push(...event.ids)
  }
  return ids
}

/** Provider `ada` is held before `position`; `bob`, asked second, is honest and undisturbed. */
async function interruptedAt(position: number, temperatureMilli = 0) {
  const town = createTown()
  const gate = createTokenGate(position)
  const ada = await town.contribute('ada', { script: { beforeToken: gate.beforeToken } })
  const bob = await town.contribute('bob')
  const sampler = { temperatureMilli, topK: 40, topPMilli: 950 }
  const asker = await town.ask({ sampler })
  expect(gate.reached).toBe(position)
  return { town, ada, bob, gate, asker }
}

test.each([
  { how: 'greedy', temperatureMilli: 0 },
  { how: 'sampled', temperatureMilli: 800 },
])(
  'killed at token 40, $how: another provider goes on with the same seed and no token is lost or repeated',
  async (c) => {
    const { town, bob, asker } = await interruptedAt(40, c.temperatureMilli)
    expect(asker.last()).toMatchObject({ state: 'streaming', peerId: 'ada', tokens: 40, committed: 32, legs: 1 })
    town.hub.kill('ada')
    await asker.done
    const { bundle, locus, finish } = acceptedOf(asker)
    expect(finish).toBe('length')
    expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
    expect(
      locus.legs.map(({ peerId, firstToken, tokens, receipt }) => ({ peerId, firstToken, tokens, receipt })),
    ).toEqual([
      { peerId: 'ada', firstToken: 0, tokens: 32, receipt: false },
      { peerId: 'bob', firstToken: 32, tokens: 64, receipt: true },
    ])
    expect(locus.verdict).toEqual({ verdict: 'pass' })
    expect(faultOfBundle(bundle)).toBeNull()
    expect(asker.states()).toContain('resuming')
    expect(asker.events).toContainEqual({ type: 'state', state: { state: 'resuming', from: 32, lostPeer: 'ada' } })
    expect(asker.events).toContainEqual({
      type: 'state',
      state: expect.objectContaining({ state: 'streaming', peerId: 'bob', legs: 2, tokens: 33, committed: 32 }),
    })
    await settle()
    expect(bob.events).toContainEqual({ type: 'totals', totals: { jobs: 1, tokens: 64, attestations: 0 } })
  },
)

test('a provider that goes silent is given up after a second of silence, and resumed', async () => {
  const { town, asker } = await interruptedAt(40)
  town.hub.sever('ada')
  await town.clock.run(750)
  expect(asker.last()).toMatchObject({ state: 'streaming', peerId: 'ada' })
  await town.clock.run(500)
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['ada', 'bob'])
})

test('killed before its first segment: the next provider begins anew, alone in the locus', async () => {
  const { town, asker } = await interruptedAt(20)
  town.hub.kill('ada')
  await asker.done
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs).toMatchObject([{ peerId: 'bob', firstToken: 0, tokens: 96 }])
  expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
})

test('killed after the last segment but before the receipt: the last segment is computed again by one who signs', async () => {
  const town = createTown()
  await town.contribute('ada', {
    corruptNetwork: (network) =>
      tamperingNetwork(network, (message: ProviderMessage) => {
        if (message.type === 'receipt') town.hub.kill('ada')
        return message
      }),
  })
  await town.contribute('bob')
  const asker = await town.ask()
  await asker.done
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs).toMatchObject([
    { peerId: 'ada', firstToken: 0, tokens: 64, receipt: false },
    { peerId: 'bob', firstToken: 64, tokens: 32, receipt: true },
  ])
  expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
})

test('a provider whose owner presses Stop is gone at once, and its whole segments are kept', async () => {
  const { ada, asker, gate } = await interruptedAt(70)
  await ada.provider.stop()
  expect(ada.last()).toEqual({ state: 'idle' })
  await asker.done
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs).toMatchObject([
    { peerId: 'ada', tokens: 64, receipt: false },
    { peerId: 'bob', firstToken: 64, tokens: 32 },
  ])
  expect(faultOfBundle(bundle)).toBeNull()
  gate.open()
  await settle()
  expect(ada.last()).toEqual({ state: 'idle' })
  expect((await ada.journal.list(9)).records).toEqual([])
})

test('three providers, two of them lost, are one answer of three legs', async () => {
  const town = createTown()
  await town.contribute('ada', { script: { beforeToken: createTokenGate(40).beforeToken } })
  await town.contribute('bob', { script: { beforeToken: createTokenGate(70).beforeToken } })
  await town.contribute('cleo')
  const asker = await town.ask()
  town.hub.kill('ada')
  await settle()
  town.hub.kill('bob')
  await asker.done
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs.map(({ peerId, tokens }) => [peerId, tokens])).toEqual([
    ['ada', 32],
    ['bob', 32],
    ['cleo', 32],
  ])
  const seeds = bundle.legs.map((leg) => seedOf(leg.request, leg.accept, leg.requesterShare))
  expect(seeds.every((seed) => bytesEqual(seed, seeds[0] as Uint8Array))).toBe(true)
  expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
})

test('a lost provider that is the only one is asked again after a while', async () => {
  const { town, bob, asker, ada, gate } = await interruptedAt(40)
  await bob.provider.stop()
  town.hub.kill('ada')
  await settle()
  expect(asker.last().state).toBe('finding')
  gate.open()
  await ada.network.start()
  await town.clock.run(2_500)
  expect(asker.last().state).toBe('finding')
  await town.clock.run(4_500)
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([
    ['ada', 0],
    ['ada', 32],
  ])
  expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
})

test('the text steps back to the last whole segment when another provider goes on, and never further', async () => {
  const { town, asker } = await interruptedAt(40)
  const committed = asker.text().split('>').slice(0, 32).join('>')
  const before = asker.events.length
  town.hub.kill('ada')
  await asker.done
  const later = asker.events.slice(before).flatMap((event) => (event.type === 'text' ? [event.text] : []))
  expect(later.every((text) => text.startsWith(committed))).toBe(true)
})

test('stopped while nobody goes on, a half answer says that nobody has signed for it', async () => {
  const { town, bob, asker } = await interruptedAt(40)
  await bob.provider.stop()
  town.hub.kill('ada')
  await settle()
  asker.stop()
  await asker.done
  expect(asker.last()).toMatchObject({
    state: 'failed',
    error: { code: 'job/aborted', message: expect.stringContaining('signed') },
  })
})

test('a short last segment without a receipt is computed again, from where the last whole one ends', async () => {
  const town = createTown()
  await town.contribute('ada', {
    corruptNetwork: (network) =>
      tamperingNetwork(network, (message) => {
        if (message.type === 'receipt') town.hub.kill('ada')
        return message
      }),
  })
  await town.contribute('bob')
  const asker = await town.ask({ maxTokens: 70 })
  await asker.done
  const { bundle, locus } = acceptedOf(asker)
  expect(locus.legs).toMatchObject([
    { peerId: 'ada', tokens: 64 },
    { peerId: 'bob', firstToken: 64, tokens: 6 },
  ])
  expect(bundleOutputIds(bundle)).toEqual(await uninterrupted(town.modelRoot, bundle))
})
