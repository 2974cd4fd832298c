import { expect, test } from 'vitest'
import type { Engine, EngineInfo, PeerStream } from '../../../src/participant/ports.ts'
import type { ProviderMessage, SignedReceipt } from '../../../src/protocol/wire/job-messages.ts'
import { otherModel } from '../../doubles/hostile/other-model.ts'
import { randomTokens } from '../../doubles/hostile/random-tokens.ts'
import { changesAnId, claimsOtherModelRoot, replaysReceipt, tamperingNetwork } from '../../doubles/hostile-providers.ts'
import { createScriptedEngine, scriptedCell } from '../../doubles/scripted-engine.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { signedLeg } from '../../doubles/signed-leg.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { createRawProvider, type RawProvider } from './raw-job.ts'
import { acceptedOf, type ContributorOptions, createTown } from './town.ts'

async function oldReceipt(): Promise<SignedReceipt> {
  const [provider, requester] = [createSeededSessionKey(91), createSeededSessionKey(92)]
  return (await signedLeg({ provider, requester })).signed as SignedReceipt
}

async function liars(modelRoot: string): Promise<Record<string, ContributorOptions>> {
  const other = createScriptedEngine({ modelRoot, weights: 'other' })
  await other.load({} as never)
  const tampering = (change: (message: ProviderMessage) => ProviderMessage): ContributorOptions => ({
    corruptNetwork: (network) => tamperingNetwork(network, change),
  })
  return {
    'random tokens': { corruptEngine: (honest) => randomTokens(honest) },
    'another model’s tokens': { corruptEngine: (honest) => otherModel(honest, other) },
    'an id changed after signing': tampering(changesAnId),
    'an old receipt': tampering(replaysReceipt(await oldReceipt())),
    'another model root': tampering(claimsOtherModelRoot),
  }
}

const LIES = [
  { lie: 'random tokens', code: 'check/token-rule', isJournaled: true },
  { lie: 'another model’s tokens', code: 'check/rows-mismatch', isJournaled: true },
  { lie: 'an id changed after signing', code: 'receipt/hash-chain', isJournaled: false },
  { lie: 'an old receipt', code: 'receipt/job-mismatch', isJournaled: false },
  { lie: 'another model root', code: 'receipt/model-root', isJournaled: false },
]

test.each(LIES)('$lie: rejected as $code, and the honest provider answers', async ({ lie, code, isJournaled }) => {
  const town = createTown()
  await town.contribute('liar', (await liars(town.modelRoot))[lie])
  await town.contribute('zoe')
  const asker = await town.ask()
  await asker.done
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code }])
  const { locus, bundle } = acceptedOf(asker)
  expect(locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([['zoe', 0]])
  expect(locus.verdict).toEqual({ verdict: 'pass' })
  expect(bundle.legs.length).toBe(1)
  const outcomes = (await asker.records()).map(({ outcome, reason }) => `${outcome} ${reason}`.trim())
  expect(outcomes).toEqual(isJournaled ? [`rejected ${code}`, 'accepted'] : ['accepted'])
})

test.each(LIES)(
  '$lie: the liar is not asked again in this answer, and who comes later answers',
  async ({ lie, code }) => {
    const town = createTown()
    const liar = await town.contribute('liar', (await liars(town.modelRoot))[lie])
    const asker = await town.ask()
    expect(asker.last().state).toBe('finding')
    // The text of a liar is gone while somebody else is looked for.
    expect(asker.text()).toBe('')
    await town.clock.run(6_000)
    expect(asker.rejected()).toEqual([{ peerId: 'liar', code }])
    expect(liar.events.filter((event) => event.type === 'state' && event.state.state === 'ready').length).toBe(2)
    await town.contribute('zoe')
    await asker.done
    expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['zoe'])
  },
)

test('a liar who goes on from an honest leg loses only its own part', async () => {
  const town = createTown()
  await town.contribute('ada', { script: { beforeToken: createTokenGate(40).beforeToken } })
  await town.contribute('liar', (await liars(town.modelRoot))['another model’s tokens'])
  await town.contribute('zoe')
  const asker = await town.ask()
  town.hub.kill('ada')
  await asker.done
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code: 'check/rows-mismatch' }])
  expect(acceptedOf(asker).locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([
    ['ada', 0],
    ['zoe', 32],
  ])
})

test('a liar who vanished before its receipt is still named, and the one who went on is not blamed', async () => {
  const town = createTown()
  const gate = createTokenGate(40)
  const other = createScriptedEngine({ modelRoot: town.modelRoot, weights: 'other', beforeToken: gate.beforeToken })
  await other.load({} as never)
  await town.contribute('liar', { corruptEngine: (honest) => otherModel(honest, other) })
  await town.contribute('zoe')
  const asker = await town.ask()
  town.hub.kill('liar')
  await asker.done
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code: 'check/rows-mismatch' }])
  expect(acceptedOf(asker).locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([['zoe', 0]])
})

const IDS = Array.from({ length: 96 }, (_, i) => 100 + i)

/** `mal` does what the script says; `zoe`, asked second, is honest. */
async function askAfter(script: (mal: RawProvider, stream: PeerStream) => Promise<void>, maxTokens = 96) {
  const town = createTown()
  let key = createSeededSessionKey(0)
  const mal = await town.stranger('mal', (stream) => script(createRawProvider(stream, key), stream))
  key = mal.key
  await town.contribute('zoe')
  const asker = await town.ask({ maxTokens })
  return { town, mal, asker }
}

const segmentOf = async (mal: RawProvider, ids: number[]): Promise<ProviderMessage> => ({
  type: 'segment',
  segment: await mal.segment(ids),
})

const BREACHES: { breach: string; code: string; script: (mal: RawProvider, stream: PeerStream) => Promise<void> }[] = [
  {
    breach: 'a reply that is not CBOR',
    code: 'job/bad-message',
    script: (_mal, stream) => stream.send(Uint8Array.of(0xff, 0, 1)),
  },
  {
    breach: 'an empty frame',
    code: 'job/bad-message',
    script: (_mal, stream) => stream.send(new Uint8Array()),
  },
  {
    breach: 'tokens before it has accepted',
    code: 'job/bad-message',
    script: (mal) => mal.send({ type: 'tokens', position: 0, ids: [1] }),
  },
  {
    breach: 'a refusal after it has accepted',
    code: 'job/bad-message',
    async script(mal) {
      await mal.accept()
      await mal.send({ type: 'refuse', code: 'job/busy' })
    },
  },
  {
    breach: 'an accept for another model',
    code: 'receipt/model-root',
    async script(mal) {
      await mal.accept({ cell: scriptedCell('cd'.repeat(32)) })
    },
  },
  {
    breach: 'tokens in place of committed ones',
    code: 'job/bad-message',
    async script(mal) {
      await mal.accept()
      await mal.send(await segmentOf(mal, IDS.slice(0, 32)))
      await mal.send({ type: 'tokens', position: 31, ids: [9] })
    },
  },
  {
    breach: 'tokens that leave a gap',
    code: 'job/bad-message',
    async script(mal) {
      await mal.accept()
      await mal.send({ type: 'tokens', position: 1, ids: [9] })
    },
  },
  {
    breach: 'tokens beyond the agreed length',
    code: 'job/bad-message',
    async script(mal) {
      await mal.accept()
      for (const position of [0, 32, 64, 96]) await mal.send({ type: 'tokens', position, ids: IDS.slice(0, 32) })
    },
  },
  {
    breach: 'segments beyond the agreed length',
    code: 'receipt/finish',
    async script(mal) {
      await mal.accept()
      for (let i = 0; i < 4; i++) await mal.send(await segmentOf(mal, IDS.slice(0, 32)))
    },
  },
  {
    breach: 'segments after a stop token',
    code: 'receipt/finish',
    async script(mal) {
      await mal.accept()
      await mal.send(await segmentOf(mal, [...IDS.slice(0, 31), 0]))
      await mal.send(await segmentOf(mal, IDS.slice(0, 32)))
    },
  },
  {
    breach: 'a segment left out',
    code: 'receipt/hash-chain',
    async script(mal) {
      await mal.accept()
      await segmentOf(mal, IDS.slice(0, 32))
      await mal.send(await segmentOf(mal, IDS.slice(32, 64)))
    },
  },
  {
    breach: 'a segment of somebody else’s signature',
    code: 'receipt/signature',
    async script(mal) {
      await mal.accept()
      const segment = await mal.segment(IDS.slice(0, 32))
      const signature = await createSeededSessionKey(77).sign(segment.runningHash)
      await mal.send({ type: 'segment', segment: { ...segment, signature } })
    },
  },
  {
    breach: 'a receipt in place of two thirds of the answer',
    code: 'receipt/finish',
    async script(mal) {
      await mal.accept()
      await mal.send(await segmentOf(mal, IDS.slice(0, 32)))
      await mal.send({ type: 'receipt', signed: await mal.receipt({ finish: 'length' }) })
    },
  },
  {
    breach: 'an end that nobody asked for',
    code: 'receipt/finish',
    async script(mal) {
      await mal.accept()
      await mal.send(await segmentOf(mal, IDS.slice(0, 32)))
      await mal.send({ type: 'receipt', signed: await mal.receipt({ finish: 'aborted' }) })
    },
  },
]

test.each(BREACHES)('$breach: rejected as $code, never asked again, and the honest one answers', async (c) => {
  const { asker, mal } = await askAfter(c.script)
  await asker.done
  expect(asker.rejected()).toEqual([{ peerId: 'mal', code: c.code }])
  expect(acceptedOf(asker).locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([['zoe', 0]])
  expect(mal.jobs()).toBe(1)
})

test('an end that nobody asked for is journaled with its signed receipt', async () => {
  const { asker } = await askAfter(async (mal) => {
    await mal.accept()
    await mal.send({ type: 'receipt', signed: await mal.receipt({ finish: 'aborted' }) })
  })
  await asker.done
  expect(await asker.records()).toMatchObject([
    { outcome: 'rejected', reason: 'receipt/finish', bundle: { legs: [{ signed: { receipt: { tokenCount: 0 } } }] } },
    { outcome: 'accepted' },
  ])
})

test('a provider that closes early is lost, not a liar', async () => {
  const { asker } = await askAfter(async (mal, stream) => {
    await mal.accept()
    await stream.close()
  })
  await asker.done
  expect(asker.rejected()).toEqual([])
  expect(asker.states()).toContain('resuming')
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['zoe'])
})

test('a provider that never replies is given up after ten seconds', async () => {
  const { asker, town } = await askAfter(() => new Promise(() => {}))
  await town.clock.run(9_500)
  expect(asker.last()).toEqual({ state: 'negotiating', peerId: 'mal' })
  await town.clock.run(500)
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['zoe'])
})

test('a provider that accepts and then only keeps its heart beating is given up after a minute', async () => {
  const { asker, town } = await askAfter((mal) => mal.accept())
  await town.clock.run(59_500)
  expect(asker.last()).toEqual({ state: 'negotiating', peerId: 'mal' })
  await town.clock.run(500)
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['zoe'])
})

test('a provider that refuses is asked again later, when nobody else is there', async () => {
  const town = createTown()
  let asked = 0
  const mal = await town.stranger('mal', async (stream) => {
    asked++
    const raw = createRawProvider(stream, mal.key)
    await raw.receive()
    await raw.send({ type: 'refuse', code: 'job/busy' })
  })
  const asker = await town.ask()
  expect(asker.states()).toEqual(['finding', 'negotiating', 'finding'])
  expect(asker.rejected()).toEqual([])
  await town.clock.run(4_999)
  expect(asked).toBe(1)
  await town.clock.run(1)
  expect(asked).toBe(2)
})

/** A device of a cell that nobody can check exactly, honest or of other weights. */
function uncheckable(honest: Engine): Engine {
  return Object.create(honest, {
    load: {
      value: async (...args: Parameters<Engine['load']>): Promise<EngineInfo> => {
        const info = await honest.load(...args)
        return { ...info, cell: { ...info.cell, provider: 'webgpu', exactness: { kind: 'none' } } }
      },
    },
  })
}

test('where no equality is owed, an answer far off the rule is not accepted either', async () => {
  const town = createTown()
  await town.contribute('liar', { script: { weights: 'other' }, corruptEngine: uncheckable })
  const asker = await town.ask()
  await town.clock.run(2_500)
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code: 'check/other-cell' }])
  await town.contribute('zoe')
  await asker.done
  expect(acceptedOf(asker).locus.legs.map(({ peerId }) => peerId)).toEqual(['zoe'])
})

test('where no equality is owed, the one who went on from a liar is not blamed for it', async () => {
  const town = createTown()
  const { beforeToken } = createTokenGate(70)
  await town.contribute('liar', { script: { weights: 'other', beforeToken }, corruptEngine: uncheckable })
  const asker = await town.ask()
  await town.clock.run(2_500)
  expect(asker.last()).toMatchObject({ state: 'streaming', peerId: 'liar' })
  await town.contribute('zoe')
  town.hub.kill('liar')
  await asker.done
  expect(asker.rejected()).toEqual([{ peerId: 'liar', code: 'check/other-cell' }])
  expect(acceptedOf(asker).locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([['zoe', 0]])
})

test('a provider that signs a short segment and goes leaves nothing that could be resumed', async () => {
  const { asker } = await askAfter(async (mal, stream) => {
    await mal.accept()
    await mal.send(await segmentOf(mal, IDS.slice(0, 20)))
    await stream.close()
  })
  await asker.done
  expect(acceptedOf(asker).locus.legs.map(({ peerId, firstToken }) => [peerId, firstToken])).toEqual([['zoe', 0]])
})
