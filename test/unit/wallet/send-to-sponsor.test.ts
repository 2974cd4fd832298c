import { expect, test } from 'vitest'
import type { HandIn } from '../../../src/participant/ports.ts'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { sendToSponsor } from '../../../src/wallet/send-to-sponsor.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { address, SAMPLE_NETWORK } from './sample-network.ts'

const CALL = { to: address(1), data: '0x1234' } as const
const HASH = `0x${'ab'.repeat(32)}` as const

function sent(answer: () => Promise<Response>) {
  const options = { url: 'https://site.example/sponsor', clock: createFakeClock(), fetch: answer }
  return sendToSponsor(CALL, options).catch((error: unknown) => error)
}

test('a sponsor gets what is sent, and gives its hash', async () => {
  let body: unknown
  const fetch: typeof globalThis.fetch = (_, init) => {
    body = JSON.parse(init?.body as string)
    return Promise.resolve(Response.json({ transaction: HASH }))
  }
  const options = { url: 'https://site.example/sponsor', clock: createFakeClock(), fetch }
  expect(await sendToSponsor(CALL, options)).toBe(HASH)
  expect(body).toEqual(CALL)
})

test('its refusal is told in our words; its own are kept short, for whoever looks into it', async () => {
  const message = 'Visit https://evil.example to continue! '.repeat(1_000).slice(0, 3_000)
  const refused = await sent(async () => Response.json({ error: { code: 'x', message } }, { status: 429 }))
  expect(refused).toMatchObject({
    code: 'chain/sponsor-refused',
    message: 'The site did not want to pay for this transaction.',
    details: { sponsorCode: 'x', reason: message.slice(0, 200) },
  })
})

test.each([
  ['nothing', ''],
  ['a page', '<html>Not found</html>'],
  ['a hash that is none', JSON.stringify({ transaction: '0x12' })],
  ['an error without words', JSON.stringify({ error: true })],
  ['a megabyte', JSON.stringify({ transaction: HASH, more: 'x'.repeat(1024 * 1024) })],
])('%s is no answer of a sponsor', async (_, body) => {
  expect(await sent(async () => new Response(body))).toMatchObject({ code: 'chain/unreachable' })
})

test('a sponsor that cannot be reached, and one that never answers', async () => {
  expect(await sent(() => Promise.reject(new TypeError('offline')))).toMatchObject({ code: 'chain/unreachable' })
  const clock = createFakeClock()
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
    })
  const given = expect(sendToSponsor(CALL, { url: 'x', clock, fetch: silent })).rejects.toMatchObject({
    code: 'chain/unreachable',
  })
  await clock.run(20_000)
  await given
})

test('a transaction that no block takes is given up after three minutes, and who stops waiting stops at once', async () => {
  const clock = createFakeClock()
  const fetch: typeof globalThis.fetch = (url, init) => {
    if (url === 'https://sponsor.example') return Promise.resolve(Response.json({ transaction: HASH }))
    const calls = JSON.parse(init?.body as string) as { id: number; method: string }[]
    const answers = calls.map(({ id, method }) => ({ id, result: method === 'eth_chainId' ? '0x14a34' : null }))
    return Promise.resolve(Response.json(answers))
  }
  const options = { network: SAMPLE_NETWORK, rpcUrl: 'https://node.example', sponsorUrl: 'https://sponsor.example' }
  const chain = createChain({ ...options, clock, fetch })
  const call: HandIn = { kind: 'settle', settlements: [] }
  const given = expect(chain.handIn(call)).rejects.toMatchObject({
    code: 'chain/not-mined',
    details: { transaction: HASH },
  })
  await clock.run(190_000)
  await given

  const stop = new AbortController()
  const stopped = expect(chain.handIn(call, stop.signal)).rejects.toThrow('enough')
  await clock.run(5_000)
  stop.abort(new Error('enough'))
  await stopped
  expect(clock.pending).toBe(0)
})
