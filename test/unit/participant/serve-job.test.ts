import { expect, test } from 'vitest'
import { createPeerStream } from '../../../src/network/peer-stream.ts'
import type { ConnectionInfo, Engine } from '../../../src/participant/ports.ts'
import { refuseJob, serveJob } from '../../../src/participant/serve-job.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { taggedHash } from '../../../src/protocol/hash.ts'
import type { JobRequest } from '../../../src/protocol/job/job.ts'
import { MAX_UNPAID_FREE_SEGMENTS, SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import type { Leg } from '../../../src/protocol/receipt/bundle.ts'
import { faultOfLeg } from '../../../src/protocol/receipt/verify.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createMemoryPipe } from '../../doubles/memory-pipe.ts'
import { createScriptedEngine, SCRIPTED_VOCABULARY, type ScriptedEngineOptions } from '../../doubles/scripted-engine.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { createTokenGate } from '../../doubles/token-gate.ts'
import { createFreeEarnDesk, signedVoucher } from '../../doubles/vouchers.ts'
import { createRawRequester, SAMPLE_SHARE, sampleRequest } from './raw-job.ts'
import { settle } from './town.ts'

const MODEL_ROOT = 'ab'.repeat(32)
const MEMORY: ConnectionInfo = { transport: 'memory', limited: false, remoteAddr: '/memory' }
const REQUEST = sampleRequest(MODEL_ROOT)
const PROMPT = REQUEST.promptIds.length

interface ServingOptions extends Partial<ScriptedEngineOptions> {
  corrupt?: (honest: Engine) => Engine
  stop?: AbortController
}

/** One provider in the middle of `serveJob`, and the requester's end of its stream in the test's hand. */
async function serving({ corrupt, stop = new AbortController(), ...script }: ServingOptions = {}) {
  const clock = createFakeClock()
  const honest = createScriptedEngine({ modelRoot: MODEL_ROOT, ...script })
  const info = await honest.load({} as never)
  const [near, far] = createMemoryPipe()
  const mine = createPeerStream({ bytes: near, remotePeer: 'provider', connection: MEMORY, clock })
  const theirs = createPeerStream({ bytes: far, remotePeer: 'requester', connection: MEMORY, clock })
  const starts: Uint8Array[] = []
  let tokens = 0
  let toRead = 0
  let ending: { leg: Leg | null } | { error: unknown } | null = null
  const ports = {
    engine: corrupt?.(honest) ?? honest,
    earn: createFreeEarnDesk(createSeededSessionKey(1), clock),
    sessionKey: createSeededSessionKey(1),
    clock,
    random: createSeededRandom(1),
  }
  const events = {
    onStart: (id: Uint8Array) => starts.push(id),
    onTokens: (count: number) => {
      tokens += count
    },
  }
  serveJob(ports, info, theirs, events, stop.signal).then(
    (leg) => {
      ending = { leg }
    },
    (error: unknown) => {
      // As its caller does.
      theirs.abort(error as Error)
      ending = { error }
    },
  )
  await settle()
  const requester = createRawRequester(mine)
  return {
    clock,
    stream: mine,
    requester,
    starts,
    tokens: () => tokens,
    ending: () => ending,
    types: () => requester.received.map(({ type }) => type),
    count: (type: string) => requester.received.filter((message) => message.type === type).length,
    async request(changes: Partial<JobRequest> = {}) {
      const request = { ...REQUEST, ...changes }
      toRead = request.promptIds.length + request.resumedIds.length
      await requester.send({ type: 'request', request })
      await settle()
    },
    /** And pays for the prompt, as requesters do. */
    async reveal(requesterShare = SAMPLE_SHARE) {
      await requester.send({ type: 'reveal', requesterShare })
      const voucher = await signedVoucher(createSeededSessionKey(0), REQUEST.payment, BigInt(toRead))
      // Where the reveal was a lie, nobody is there any more.
      await requester.send(voucher).catch(() => {})
      await settle()
    },
    /** A voucher over so many credits in all: one for each token read or written. */
    async pay(credits: number) {
      await requester.send(await signedVoucher(createSeededSessionKey(0), REQUEST.payment, BigInt(credits)))
      await settle()
    },
  }
}

test('a job is served whole: tokens, segments, a receipt, and the leg that the requester holds too', async () => {
  const job = await serving()
  await job.request()
  expect(job.types()).toEqual(['accept'])
  await job.reveal()
  expect(job.count('segment')).toBe(3)
  expect(job.types().at(-1)).toBe('receipt')
  await job.stream.close()
  await settle()
  const ending = job.ending() as { leg: Leg }
  expect(faultOfLeg(ending.leg)).toBeNull()
  expect(ending.leg.signed?.receipt).toMatchObject({ finish: 'length', tokenCount: 96, issuedAt: job.clock.now() })
  expect(job.starts).toEqual([ending.leg.signed?.receipt.jobId])
  expect(job.tokens()).toBe(96)
  expect(job.clock.pending).toBe(0)
})

test('the reveal must be what was committed to: neither side may grind the seed', async () => {
  const job = await serving()
  await job.request()
  await job.reveal(taggedHash('another-share'))
  expect(job.ending()).toMatchObject({ error: { code: 'job/bad-message' } })
  expect(job.starts).toEqual([])
  expect(job.types()).toEqual(['accept', 'lost'])
})

test.each([
  { what: 'bytes that are not CBOR', frame: Uint8Array.of(0xff) },
  { what: 'an empty frame', frame: new Uint8Array() },
  { what: 'CBOR of no message', frame: Uint8Array.of(0xa0) },
])('$what in place of a request ends the job', async ({ frame }) => {
  const job = await serving()
  await job.stream.send(frame)
  await settle()
  expect(job.ending()).toMatchObject({ error: { code: 'job/bad-message' } })
})

test('a first message that is not a request ends the job', async () => {
  const job = await serving()
  await job.requester.send({ type: 'stop' })
  await settle()
  expect(job.ending()).toMatchObject({ error: { code: 'job/bad-message' } })
})

test('a requester that connects and says nothing is let go after ten seconds', async () => {
  const job = await serving()
  await job.clock.run(9_999)
  expect(job.ending()).toBeNull()
  await job.clock.run(1)
  expect(job.ending()).toMatchObject({ error: { code: 'network/deadline' } })
  expect(job.clock.pending).toBe(0)
})

test('a requester that closes without a word ends the job', async () => {
  const job = await serving()
  await job.stream.close()
  await settle()
  expect(job.ending()).toMatchObject({ error: { code: 'job/bad-message' } })
})

const ids = (length: number): number[] => Array.from({ length }, () => 5)

test.each([
  { why: 'another model', changes: { modelRoot: 'cd'.repeat(32) }, code: 'job/model-not-served' },
  { why: 'a prompt that fills the context', changes: { promptIds: ids(512) }, code: 'job/prompt-too-long' },
  { why: 'an answer that would not fit', changes: { promptIds: ids(417) }, code: 'job/prompt-too-long' },
  {
    why: 'a prompt id outside the vocabulary',
    changes: { promptIds: [1, SCRIPTED_VOCABULARY] },
    code: 'job/bad-message',
  },
  { why: 'a stop id outside the vocabulary', changes: { stopIds: [SCRIPTED_VOCABULARY] }, code: 'job/bad-message' },
  {
    why: 'resumed ids outside the vocabulary',
    changes: { resumedIds: ids(32).fill(SCRIPTED_VOCABULARY), carriedSeed: SAMPLE_SHARE },
    code: 'job/bad-message',
  },
])('$why is refused with $code, and the engine is left alone', async ({ changes, code }) => {
  const job = await serving()
  await job.request(changes)
  expect(job.requester.received).toEqual([{ type: 'refuse', code }, { type: 'closed' }])
  expect(job.ending()).toEqual({ leg: null })
  expect(job.starts).toEqual([])
})

test('an answer that fills the context exactly is served', async () => {
  const job = await serving()
  await job.request({ promptIds: ids(416) })
  await job.reveal()
  expect(job.types().at(-1)).toBe('receipt')
})

test('a resumed job goes on at its boundary, with the seed it began with', async () => {
  const job = await serving()
  const carriedSeed = taggedHash('carried')
  await job.request({ resumedIds: ids(32), carriedSeed })
  await job.reveal()
  const segments = job.requester.received.flatMap((message) => (message.type === 'segment' ? [message.segment] : []))
  expect(segments.map(({ index }) => index)).toEqual([1, 2])
  const receipt = job.requester.received.at(-1)
  expect(receipt).toMatchObject({ signed: { receipt: { firstToken: 32, tokenCount: 64, seed: carriedSeed } } })
})

test('unpaid, at most MAX_UNPAID_FREE_SEGMENTS free segments are under way', async () => {
  const job = await serving()
  await job.request({ maxTokens: 320 })
  await job.reveal()
  expect(job.count('segment')).toBe(MAX_UNPAID_FREE_SEGMENTS)
  await job.pay(PROMPT + 32)
  expect(job.count('segment')).toBe(MAX_UNPAID_FREE_SEGMENTS + 1)
  await job.pay(PROMPT + 96)
  expect(job.count('segment')).toBe(MAX_UNPAID_FREE_SEGMENTS + 3)
  await job.clock.run(9_000)
  expect(job.count('segment')).toBe(MAX_UNPAID_FREE_SEGMENTS + 3)
  await job.pay(PROMPT + 320)
  expect(job.types().at(-1)).toBe('receipt')
})

test('for a requester that pays nothing, nothing is computed beyond the segment that waits for it', async () => {
  const gate = createTokenGate(Number.POSITIVE_INFINITY)
  const job = await serving({ beforeToken: gate.beforeToken })
  await job.request({ maxTokens: 320 })
  await job.reveal()
  await job.clock.run(9_000)
  expect(gate.reached).toBeLessThan((MAX_UNPAID_FREE_SEGMENTS + 1) * SEGMENT_TOKENS)
  await job.pay(PROMPT + 32)
  expect(gate.reached).toBeGreaterThanOrEqual((MAX_UNPAID_FREE_SEGMENTS + 1) * SEGMENT_TOKENS)
})

test('a requester that never pays does not hold this device for longer than ten seconds', async () => {
  const job = await serving()
  await job.request({ maxTokens: 320 })
  await job.reveal()
  await job.clock.run(9_999)
  expect(job.ending()).toBeNull()
  await job.clock.run(1)
  expect(job.ending()).toMatchObject({ error: { code: 'network/deadline' } })
})

test('a requester that says stop gets the rest as a short segment, and a receipt that says aborted', async () => {
  const gate = createTokenGate(40)
  const job = await serving({ beforeToken: gate.beforeToken })
  await job.request()
  await job.reveal()
  await job.requester.send({ type: 'stop' })
  await settle()
  gate.open()
  await settle()
  const segments = job.requester.received.flatMap((message) => (message.type === 'segment' ? [message.segment] : []))
  expect(segments.map((segment) => segment.ids.length)).toEqual([32, 8])
  expect(job.requester.received.at(-1)).toMatchObject({ signed: { receipt: { finish: 'aborted', tokenCount: 40 } } })
  await job.stream.close()
  await settle()
  expect(faultOfLeg((job.ending() as { leg: Leg }).leg)).toBeNull()
})

test('stop before the first token gives a receipt for nothing', async () => {
  const gate = createTokenGate(0)
  const job = await serving({ beforeToken: gate.beforeToken })
  await job.request()
  await job.reveal()
  await job.requester.send({ type: 'stop' })
  await settle()
  gate.open()
  await settle()
  expect(job.types()).toEqual(['accept', 'receipt'])
})

/** An engine that says when its generation has been told to end. */
function watched(ended: { isAborted: boolean; isOver: boolean }): (honest: Engine) => Engine {
  return (honest) =>
    Object.create(honest, {
      generate: {
        value: async function* (...[options, signal]: Parameters<Engine['generate']>) {
          signal.addEventListener('abort', () => {
            ended.isAborted = true
          })
          try {
            yield* honest.generate(options, signal)
          } finally {
            ended.isOver = true
          }
        },
      },
    })
}

test('a requester that vanishes mid-job ends the generation', async () => {
  const gate = createTokenGate(40)
  const ended = { isAborted: false, isOver: false }
  const job = await serving({ beforeToken: gate.beforeToken, corrupt: watched(ended) })
  await job.request()
  await job.reveal()
  expect(ended).toEqual({ isAborted: false, isOver: false })
  job.stream.abort(new Error('the tab was closed'))
  await settle()
  expect(ended.isAborted).toBe(true)
  gate.open()
  await settle()
  expect(ended.isOver).toBe(true)
  expect(job.ending()).toMatchObject({ error: { code: 'network/peer-lost' } })
  expect(job.tokens()).toBeLessThanOrEqual(41)
})

test('a requester that closes mid-job ends the generation, and nothing counts as served', async () => {
  const gate = createTokenGate(40)
  const ended = { isAborted: false, isOver: false }
  const job = await serving({ beforeToken: gate.beforeToken, corrupt: watched(ended) })
  await job.request()
  await job.reveal()
  await job.stream.close()
  await settle()
  gate.open()
  await settle()
  expect(ended).toEqual({ isAborted: true, isOver: true })
  expect(job.ending()).toMatchObject({ error: { code: 'network/closed' } })
})

test('a second request in the same stream is a breach, and ends the generation', async () => {
  const gate = createTokenGate(40)
  const job = await serving({ beforeToken: gate.beforeToken })
  await job.request()
  await job.reveal()
  await job.request()
  gate.open()
  await settle()
  expect(job.ending()).toMatchObject({ error: { code: 'job/bad-message' } })
})

test.each([
  { when: 'before the request', steps: 0 },
  { when: 'before the reveal', steps: 1 },
  { when: 'mid-job', steps: 2 },
])('the owner’s stop $when ends the job at once', async ({ steps }) => {
  const stop = new AbortController()
  const job = await serving({ stop, beforeToken: createTokenGate(40).beforeToken })
  if (steps > 0) await job.request()
  if (steps > 1) await job.reveal()
  stop.abort()
  await settle()
  expect(job.types().at(-1)).toBe('lost')
})

test('a job that is handed over after the owner’s stop is not begun', async () => {
  const stop = new AbortController()
  stop.abort()
  const job = await serving({ stop })
  expect(job.ending()).toMatchObject({ error: expect.anything() })
  expect(job.types()).toEqual(['lost'])
})

test('a device that fails mid-job ends the job with the engine’s code', async () => {
  const lost = new CodedError({ code: 'engine/device-lost', message: 'The GPU is gone.', nextStep: 'Wait.' })
  const job = await serving({ beforeToken: (position) => (position < 40 ? Promise.resolve() : Promise.reject(lost)) })
  await job.request()
  await job.reveal()
  expect(job.ending()).toEqual({ error: lost })
  expect(job.types().at(-1)).toBe('lost')
})

test('a requester that holds its receipt and never says goodbye does not undo the work', async () => {
  const job = await serving()
  await job.request()
  await job.reveal()
  expect(job.ending()).toBeNull()
  await job.clock.run(10_000)
  expect(job.ending()).toMatchObject({ leg: { signed: { receipt: { tokenCount: 96 } } } })
  expect(job.types().at(-1)).toBe('closed')
})

test('a busy provider hears the request out and then refuses', async () => {
  const clock = createFakeClock()
  const [near, far] = createMemoryPipe()
  const mine = createPeerStream({ bytes: near, remotePeer: 'provider', connection: MEMORY, clock })
  const theirs = createPeerStream({ bytes: far, remotePeer: 'requester', connection: MEMORY, clock })
  const refused = refuseJob(clock, theirs, 'job/busy')
  const requester = createRawRequester(mine)
  await settle()
  expect(requester.received).toEqual([])
  await requester.send({ type: 'request', request: REQUEST })
  await refused
  await settle()
  expect(requester.received).toEqual([{ type: 'refuse', code: 'job/busy' }, { type: 'closed' }])
})

test('a refusal does not wait for ever for a request that does not come', async () => {
  const clock = createFakeClock()
  const [near, far] = createMemoryPipe()
  const mine = createPeerStream({ bytes: near, remotePeer: 'provider', connection: MEMORY, clock })
  const theirs = createPeerStream({ bytes: far, remotePeer: 'requester', connection: MEMORY, clock })
  const refused = refuseJob(clock, theirs, 'job/busy')
  const requester = createRawRequester(mine)
  await clock.run(10_000)
  await refused
  expect(requester.received).toEqual([{ type: 'lost' }])
  expect(clock.pending).toBe(0)
})
