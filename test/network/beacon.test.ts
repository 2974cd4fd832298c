import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, onTestFinished, test } from 'vitest'
import { createBeacon } from '../../services/beacon/create-beacon.ts'
import { BEACON_PATH, createPageServer, type PageConfig } from '../../services/devnet/page-server.ts'
import { createDrandBeacon } from '../../src/beacon/drand-beacon.ts'
import { isBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import { createFakeClock } from '../doubles/fake-clock.ts'

const RELAY = '/ip4/127.0.0.1/tcp/4601/ws/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'

async function servePage(config: PageConfig['beacon'] | null) {
  const clock = createFakeClock()
  const beacon = await createBeacon({ clock })
  const folder = await mkdtemp(join(tmpdir(), 'locus-page-'))
  await writeFile(join(folder, 'index.html'), 'a page')
  const page = await createPageServer({
    folder,
    host: '127.0.0.1',
    port: 0,
    config: { relay: RELAY, beacon: config ?? { url: BEACON_PATH, chain: beacon.chain } },
    ...(config === null && { beacon }),
  })
  onTestFinished(async () => {
    await page.stop()
    await rm(folder, { recursive: true })
  })
  const get = (path: string) => fetch(new URL(path, page.url))
  return { clock, beacon, page, get }
}

test('a page finds its beacon on its own origin, and draws by it when a round is due', async () => {
  const { clock, beacon: service, page, get } = await servePage(null)
  const config = (await (await get('/locus.json')).json()) as PageConfig
  expect(config.beacon).toEqual({ url: BEACON_PATH, chain: service.chain })
  const url = new URL(config.beacon.url, page.url).href
  const beacon = createDrandBeacon({ url, chain: config.beacon.chain, clock })
  const first = await beacon.round(1)
  expect(isBeaconRound(service.chain, first)).toBe(true)
  const second = beacon.round(2)
  await clock.run(3_000)
  expect((await second).round).toBe(2)
  expect((await get('/')).headers.get('content-security-policy')).toContain(
    "connect-src 'self' ws://127.0.0.1:4601 https://huggingface.co",
  )
})

test('below the beacon’s path there is the beacon and no file, and never from a cache', async () => {
  const { beacon, get } = await servePage(null)
  const info = await get(`${BEACON_PATH}/${beacon.chain.chainHash}/info`)
  expect(info.headers.get('content-type')).toBe('application/json')
  expect(info.headers.get('cache-control')).toBe('no-cache')
  expect((await get(`${BEACON_PATH}/${beacon.chain.chainHash}/public/2`)).status).toBe(404)
  expect((await get(`${BEACON_PATH}/index.html`)).status).toBe(404)
})

test('a page whose deployer names quicknet may reach it, and serves no beacon of its own', async () => {
  const { get } = await servePage({ url: 'https://api.drand.sh', chain: QUICKNET })
  expect((await get('/')).headers.get('content-security-policy')).toContain(
    "connect-src 'self' ws://127.0.0.1:4601 https://api.drand.sh https://huggingface.co",
  )
  expect(
    v.is(
      v.object({ beacon: v.object({ chain: v.object({ chainHash: v.literal(QUICKNET.chainHash) }) }) }),
      await (await get('/locus.json')).json(),
    ),
  ).toBe(true)
  expect((await get(`${BEACON_PATH}/${QUICKNET.chainHash}/info`)).status).toBe(404)
})
