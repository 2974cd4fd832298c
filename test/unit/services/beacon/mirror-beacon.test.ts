import { expect, test } from 'vitest'
import type { BeaconAnswer } from '../../../../services/beacon/beacon-service.ts'
import { createBeacon } from '../../../../services/beacon/create-beacon.ts'
import { mirrorBeacon } from '../../../../services/beacon/mirror-beacon.ts'
import { createDrandBeacon } from '../../../../src/beacon/drand-beacon.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

const URL = 'https://source.example'

async function setUp(lie: (body: string) => string = (body) => body) {
  const clock = createFakeClock()
  const source = await createBeacon({ clock })
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = (url) => {
    const path = new Request(url).url.slice(URL.length)
    asked.push(path.split('/').slice(2).join('/'))
    const { status, body } = source.answer('GET', path)
    return Promise.resolve(new Response(lie(body), { status }))
  }
  const mirror = mirrorBeacon({ url: URL, chain: source.chain, clock, fetch })
  const get = async (path: string, method = 'GET'): Promise<BeaconAnswer> =>
    await mirror.answer(method, `/${source.chain.chainHash}${path}`)
  return { clock, source, mirror, asked, get }
}

test('hands on what the chain signed, to a page that knows the chain', async () => {
  const { clock, source, mirror } = await setUp()
  const fetch: typeof globalThis.fetch = async (url) => {
    const { status, body } = await mirror.answer(
      'GET',
      new Request(url).url.slice('https://page.example/beacon'.length),
    )
    return new Response(body, { status })
  }
  const beacon = createDrandBeacon({ url: 'https://page.example/beacon', chain: source.chain, clock, fetch })
  const { body } = source.answer('GET', `/${source.chain.chainHash}/public/1`)
  expect(JSON.parse(body)).toMatchObject({ signature: Buffer.from((await beacon.round(1)).signature).toString('hex') })
})

test('asks once for what many want at once', async () => {
  const { asked, get } = await setUp()
  const answers = await Promise.all(Array.from({ length: 20 }, () => get('/public/1')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  await get('/public/1')
  expect(asked).toEqual(['info', 'public/1'])
})

test('asks for nothing before its time, and for nothing that is no question', async () => {
  const { clock, asked, get } = await setUp()
  expect((await get('/public/2')).status).toBe(404)
  expect((await get('/public/latest')).status).toBe(404)
  expect((await get('/public/1', 'POST')).status).toBe(405)
  expect(asked).toEqual([])
  clock.advance(3_000)
  expect((await get('/public/2')).status).toBe(200)
})

test('hands on no round that the chain did not sign', async () => {
  const { get } = await setUp((body) => body.replace(/"signature":"../, '"signature":"aa'))
  expect((await get('/public/1')).status).toBe(503)
})

test('is not a way to flood the source', async () => {
  const { clock, asked, get } = await setUp()
  clock.advance(300_000)
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => get(`/public/${index + 1}`)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(16)
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(34)
  expect(asked.filter((path) => path.startsWith('public'))).toHaveLength(16)
  expect((await get('/public/50')).status).toBe(200)
})
