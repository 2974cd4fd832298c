import { beforeAll, expect, test } from 'vitest'
import type { Network, PeerStream } from '../../../src/participant/ports.ts'
import { auditCallDigest } from '../../../src/protocol/audit/audit-call.ts'
import { taggedHash } from '../../../src/protocol/hash.ts'
import { rosterHash } from '../../../src/protocol/selection/roster.ts'
import {
  type CallerMessage,
  decodeCallerMessage,
  decodeVerifierMessage,
  encodeAuditMessage,
} from '../../../src/protocol/wire/audit-messages.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { acceptedOf, createTown, settle, type Town } from './town.ts'

type Call = Extract<CallerMessage, { type: 'audit' }>

const asking = createSeededSessionKey(500)
let town: Town
/** As it was sent to `bob`, who was drawn, by somebody whose network we hold. */
let call: Call
let network: Network

/** An audit as in life, whose call is kept to be sent again, changed. */
beforeAll(async () => {
  town = createTown()
  await town.contribute('ada')
  await town.contribute('bob', { script: { tokensPerSecond: 50 } })
  const calls: Call[] = []
  const asker = await town.ask({}, { beacon: town.beacon, sessionKey: asking })
  network = asker.network
  const openStream = network.openStream.bind(network)
  network.openStream = async (peerId, protocol, signal) => {
    const stream = await openStream(peerId, protocol, signal)
    if (protocol !== 'audit') return stream
    const send = async (frame: Uint8Array): Promise<void> => {
      const decoded = decodeCallerMessage(frame)
      if (decoded.ok && decoded.value.type === 'audit') calls.push(decoded.value)
      await stream.send(frame)
    }
    return Object.create(stream, { send: { value: send } }) as PeerStream
  }
  await town.clock.run(60_000)
  await asker.done
  acceptedOf(asker)
  call = calls[0] as Call
})

/** Sends one frame to `bob` and returns what he says to it. */
async function ask(frame: Uint8Array) {
  const stream = await network.openStream('bob', 'audit')
  await stream.send(frame)
  const answer = (async () => {
    for await (const bytes of stream.frames) {
      const decoded = decodeVerifierMessage(bytes)
      return decoded.ok ? decoded.value : null
    }
    return null
  })().catch(() => null)
  await settle()
  await town.clock.run(15_000)
  const said = await answer
  stream.abort(new Error('done'))
  await settle()
  return said
}

async function changed(change: (call: Call) => Call): Promise<Uint8Array> {
  const next = change(structuredClone(call))
  const signature = await asking.sign(auditCallDigest(next.signed.call))
  return encodeAuditMessage({ ...next, signed: { ...next.signed, signature } })
}

test('the call that was made in life draws a commitment again', async () => {
  expect(await ask(encodeAuditMessage(call))).toMatchObject({ type: 'commit' })
})

test.each<[string, (call: Call) => Call, string]>([
  ['issued an hour ago', (c) => withCall(c, { issuedAt: c.signed.call.issuedAt - 3_600_000 }), 'audit/expired'],
  ['issued tomorrow', (c) => withCall(c, { issuedAt: c.signed.call.issuedAt + 86_400_000 }), 'audit/expired'],
  ['over a roster without him', (c) => ({ ...c, roster: c.roster.slice(0, 0) }), 'audit/not-drawn'],
  ['whose lottery fell elsewhere', (c) => withCall(c, { rateMillionths: 0 }), 'audit/not-drawn'],
  [
    'of a receipt that is not the evidence’s',
    (c) => withCall(c, { receiptHash: taggedHash('other') }),
    'audit/other-answer',
  ],
  ['over another roster than it signs', (c) => withCall(c, { rosterHash: taggedHash('other') }), 'audit/roster'],
  ['of a beacon that nobody knows', (c) => withCall(c, { beaconChain: 'ee'.repeat(32) }), 'audit/unknown-beacon'],
  [
    'whose round its beacon did not sign',
    (c) => ({ ...c, round: { ...c.round, signature: new Uint8Array(48).fill(3) } }),
    'audit/beacon',
  ],
  [
    'whose round was public before it was signed',
    (c) => withCall(c, { issuedAt: c.signed.call.issuedAt + 6_000 }),
    'audit/beacon',
  ],
  [
    'for evidence that its caller does not hold',
    (c) => withCall(c, { bundleHash: taggedHash('other') }),
    'evidence/missing',
  ],
])('a call %s is refused by its code, and nothing is computed for it', async (_what, change, code) => {
  const said = await ask(await changed(change))
  // Evidence that cannot be fetched ends the stream without a word: there is nothing to answer to.
  if (code === 'evidence/missing') expect(said).toBeNull()
  else expect(said).toEqual({ type: 'refuse', code })
})

test('a call that its requester did not sign is refused', async () => {
  const signature = new Uint8Array(64).fill(1)
  const said = await ask(encodeAuditMessage({ ...call, signed: { ...call.signed, signature } }))
  expect(said).toEqual({ type: 'refuse', code: 'audit/signature' })
})

test('a call that drew others is refused: work is given by lot, not by choice', async () => {
  const others = Array.from({ length: 40 }, (_, i) => {
    const { publicKey } = createSeededSessionKey(600 + i)
    return {
      ...(call.roster[0] as Call['roster'][number]),
      verifierKey: publicKey,
      owner: i.toString(16).padStart(64, '0'),
    }
  })
  const said = await ask(
    await changed((c) => {
      const roster = [...c.roster, ...others].toSorted((a, b) => Buffer.compare(a.verifierKey, b.verifierKey))
      return { ...withCall(c, { rosterHash: rosterHash(roster) as Uint8Array, verifiers: 1 }), roster }
    }),
  )
  expect(said).toEqual({ type: 'refuse', code: 'audit/not-drawn' })
})

test.each([
  ['bytes that are no message', Uint8Array.of(1, 2, 3)],
  ['a message that does not begin an audit', encodeAuditMessage({ type: 'commitments', commitments: [] })],
])('%s end the stream without an answer', async (_what, frame) => {
  expect(await ask(frame)).toBeNull()
})

function withCall(message: Call, change: Partial<Call['signed']['call']>): Call {
  return { ...message, signed: { ...message.signed, call: { ...message.signed.call, ...change } } }
}
