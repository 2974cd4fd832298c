import { expect, test } from 'vitest'
import { createFreePayer } from '../../../src/participant/job-payer.ts'
import { type JobTerms, requestLeg } from '../../../src/participant/request-leg.ts'
import { faultOfLeg } from '../../../src/protocol/receipt/verify.ts'
import type { RequesterMessage } from '../../../src/protocol/wire/job-messages.ts'
import { createTinyModelStore } from '../../doubles/memory-model-store.ts'
import { scriptedCell } from '../../doubles/scripted-engine.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { createRawProvider, type RawProvider } from './raw-job.ts'
import { createTown, settle } from './town.ts'

const IDS = Array.from({ length: 40 }, (_, i) => 100 + i)

/** One leg asked of a provider that does what the script says. */
async function legWith(script: (provider: RawProvider, close: () => Promise<void>) => Promise<void>) {
  const town = createTown()
  let key = createSeededSessionKey(0)
  const heard: string[] = []
  let ended = ''
  const stranger = await town.stranger('ada', async (stream) => {
    const raw = createRawProvider(stream, key)
    const receive = async (): Promise<RequesterMessage> => {
      const message = await raw.receive()
      heard.push(message.type)
      return message
    }
    await script({ ...raw, receive }, () => stream.close())
    // How the requester leaves.
    for (;;) await receive()
  })
  key = stranger.key
  const network = town.hub.join('requester')
  await network.start()
  const sessionKey = createSeededSessionKey(9)
  const terms: JobTerms = {
    version: 2,
    modelRoot: town.modelRoot,
    promptIds: [1, 2, 3],
    resumedIds: [],
    sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
    maxTokens: 40,
    stopIds: [0],
    carriedSeed: null,
    requesterKey: sessionKey.publicKey,
  }
  const events: string[] = []
  const stop = new AbortController()
  const ports = { network, clock: town.clock, random: createSeededRandom(5) }
  const outcome = requestLeg(
    ports,
    { peerId: 'ada', providerKey: stranger.key.publicKey, cell: scriptedCell(town.modelRoot) },
    terms,
    createFreePayer(sessionKey, stranger.key.publicKey),
    {
      onConnected: ({ transport }) => events.push(`connected ${transport}`),
      onTokens: (position, ids) => events.push(`tokens ${position}+${ids.length}`),
      onSegment: ({ index }) => events.push(`segment ${index}`),
      onPaid: () => {},
    },
    stop.signal,
  )
  outcome.then(
    ({ kind }) => {
      ended = kind
    },
    () => {
      ended = 'threw'
    },
  )
  await settle()
  return { town, outcome, events, heard, stop, ended: () => ended }
}

const deliver = async (provider: RawProvider): Promise<void> => {
  await provider.accept()
  await provider.send({ type: 'tokens', position: 0, ids: IDS.slice(0, 32) })
  await provider.send({ type: 'segment', segment: await provider.segment(IDS.slice(0, 32)) })
  await provider.send({ type: 'segment', segment: await provider.segment(IDS.slice(32)) })
  await provider.send({ type: 'receipt', signed: await provider.receipt() })
}

test('a delivered leg holds together, was paid for the prompt and each segment, and was closed cleanly', async () => {
  const leg = await legWith(deliver)
  const outcome = await leg.outcome
  expect(outcome).toMatchObject({ kind: 'delivered', finish: 'length' })
  if (outcome.kind === 'delivered') expect(faultOfLeg(outcome.leg)).toBeNull()
  expect(leg.events).toEqual(['connected memory', 'tokens 0+32', 'segment 0', 'segment 1'])
  expect(leg.heard).toEqual(['voucher', 'voucher', 'voucher'])
  expect(leg.town.clock.pending).toBe(0)
})

test('a provider that closes right after its receipt has delivered', async () => {
  const leg = await legWith(async (provider, close) => {
    await deliver(provider)
    await close()
  })
  expect(leg.ended()).toBe('delivered')
})

test('provisional tokens may be replaced until their segment is committed', async () => {
  const leg = await legWith(async (provider) => {
    await provider.accept()
    await provider.send({ type: 'tokens', position: 0, ids: IDS.slice(0, 32) })
    await provider.send({ type: 'tokens', position: 30, ids: [7] })
    await provider.send({ type: 'tokens', position: 31, ids: [8] })
  })
  expect(leg.events).toEqual(['connected memory', 'tokens 0+32', 'tokens 30+1', 'tokens 31+1'])
  expect(leg.ended()).toBe('')
})

test('a replacement shortens what is shown: the next tokens may not skip what was dropped', async () => {
  const leg = await legWith(async (provider) => {
    await provider.accept()
    await provider.send({ type: 'tokens', position: 0, ids: IDS.slice(0, 32) })
    await provider.send({ type: 'tokens', position: 10, ids: [7] })
    await provider.send({ type: 'tokens', position: 12, ids: [8] })
  })
  expect(await leg.outcome).toMatchObject({ kind: 'rejected', code: 'job/bad-message' })
})

test('a provider that corrects itself without end is cut off', async () => {
  let sent = 0
  const leg = await legWith(async (provider) => {
    await provider.accept()
    for (; sent < 1_000; sent++) await provider.send({ type: 'tokens', position: 0, ids: [sent] })
  })
  expect(await leg.outcome).toMatchObject({ kind: 'rejected', code: 'job/bad-message' })
  expect(sent).toBeLessThan(1_000)
})

test.each([
  { what: 'another key', changes: { providerKey: createSeededSessionKey(77).publicKey } },
  { what: 'another cell', changes: { cell: { ...scriptedCell(createTinyModelStore().modelRoot), vendor: 'apple' } } },
])('a provider that accepts under $what than it offered is not whom we chose, but no liar', async ({ changes }) => {
  const leg = await legWith((provider) => provider.accept(changes))
  expect(await leg.outcome).toEqual({ kind: 'refused', code: 'receipt/terms' })
})

test('a lost leg keeps the segments that arrived, signed, and no receipt', async () => {
  const leg = await legWith(async (provider) => {
    await provider.accept()
    await provider.send({ type: 'segment', segment: await provider.segment(IDS.slice(0, 32)) })
  })
  leg.town.hub.kill('ada')
  const outcome = await leg.outcome
  expect(outcome).toMatchObject({ kind: 'lost', leg: { segments: [{ index: 0 }], signed: null } })
  expect(leg.town.clock.pending).toBe(0)
})

test('a leg that is lost before its first segment leaves nothing', async () => {
  const leg = await legWith((provider) => provider.accept())
  leg.town.hub.kill('ada')
  expect(await leg.outcome).toMatchObject({ kind: 'lost', leg: null })
})

test('a peer that cannot be reached is lost, with the network’s words', async () => {
  const town = createTown()
  const network = town.hub.join('requester')
  await network.start()
  const nothing = { onConnected: () => {}, onTokens: () => {}, onSegment: () => {}, onPaid: () => {} }
  const ports = { network, clock: town.clock, random: createSeededRandom() }
  const outcome = await requestLeg(
    ports,
    { peerId: 'nobody' } as never,
    {} as never,
    {} as never,
    nothing,
    new AbortController().signal,
  )
  expect(outcome).toMatchObject({ kind: 'lost', leg: null, message: expect.stringContaining('direct connection') })
})

test('a refusal is passed on with its code, and the stream is closed', async () => {
  const leg = await legWith(async (provider) => {
    await provider.receive()
    await provider.send({ type: 'refuse', code: 'job/model-not-served' })
  })
  expect(await leg.outcome).toEqual({ kind: 'refused', code: 'job/model-not-served' })
  expect(leg.heard).toEqual(['request'])
  expect(leg.town.clock.pending).toBe(0)
})

test('stop is said once, and what the provider then signs is taken', async () => {
  const leg = await legWith(async (provider) => {
    await provider.accept()
    await provider.send({ type: 'segment', segment: await provider.segment(IDS.slice(0, 32)) })
    // The prompt's voucher, the segment's, and the stop.
    for (let i = 0; i < 3; i++) await provider.receive()
    await provider.send({ type: 'segment', segment: await provider.segment([7, 8]) })
    await provider.send({ type: 'receipt', signed: await provider.receipt({ finish: 'aborted' }) })
  })
  expect(leg.heard).toEqual(['voucher', 'voucher'])
  leg.stop.abort()
  await settle()
  expect(await leg.outcome).toMatchObject({ kind: 'delivered', finish: 'aborted' })
  expect(leg.heard).toEqual(['voucher', 'voucher', 'stop', 'voucher'])
})

test('a stop that fires after the provider has gone is nobody’s unhandled failure', async () => {
  const leg = await legWith((provider) => provider.accept())
  leg.town.hub.kill('ada')
  leg.stop.abort()
  expect(await leg.outcome).toMatchObject({ kind: 'lost' })
})

test('each message of the exchange has its deadline', async () => {
  const leg = await legWith(() => new Promise(() => {}))
  await leg.town.clock.run(9_999)
  expect(leg.ended()).toBe('')
  await leg.town.clock.run(1)
  expect(await leg.outcome).toMatchObject({ kind: 'lost', message: expect.stringContaining('in time') })
})

test('every sign of progress begins the minute of patience anew', async () => {
  let go = (): void => {}
  const leg = await legWith(async (provider) => {
    await provider.accept()
    await new Promise<void>((resolve) => {
      go = resolve
    })
    await provider.send({ type: 'tokens', position: 0, ids: [5] })
  })
  await leg.town.clock.run(50_000)
  go()
  await leg.town.clock.run(50_000)
  expect(leg.ended()).toBe('')
  await leg.town.clock.run(10_000)
  expect(leg.ended()).toBe('lost')
})

test('a stop from before the provider has accepted is said as soon as it has', async () => {
  let go = (): void => {}
  const leg = await legWith(async (provider) => {
    await new Promise<void>((resolve) => {
      go = resolve
    })
    await provider.accept()
  })
  leg.stop.abort()
  await settle()
  expect(leg.heard).toEqual([])
  go()
  await settle()
  expect(leg.heard).toEqual(['voucher', 'stop'])
})
