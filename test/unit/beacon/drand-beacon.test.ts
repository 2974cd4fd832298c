import { describe, expect, test } from 'vitest'
import { createBeacon, type OperatedBeacon } from '../../../services/beacon/create-beacon.ts'
import { createDrandBeacon, type DrandBeaconOptions } from '../../../src/beacon/drand-beacon.ts'
import { testBeacon } from '../../conformance/beacon.ts'
import { createFakeClock, type FakeClock } from '../../doubles/fake-clock.ts'

const BASE = 'https://beacon.example'

/** A server in memory: `act` answers, or gives null for what the honest server would say. */
type Act = (path: string, signal: AbortSignal) => Response | Promise<Response> | null

interface ServerOptions extends Partial<DrandBeaconOptions> {
  act?: Act
}

async function setUp({ act = () => null, ...options }: ServerOptions = {}) {
  const clock = createFakeClock()
  const service = await createBeacon({ clock })
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const path = new Request(url).url.slice(BASE.length)
    asked.push(path.replace(service.chain.chainHash, '…'))
    init?.signal?.throwIfAborted()
    return (await act(path, init?.signal as AbortSignal)) ?? honest(service, path)
  }
  const beacon = createDrandBeacon({ url: BASE, chain: service.chain, clock, fetch, ...options })
  return { clock, service, asked, beacon }
}

function honest(service: OperatedBeacon, path: string): Response {
  const { status, body } = service.answer('GET', path)
  return new Response(body, { status })
}

/** What a request does when the server holds it until it is given up. */
const hang: Act = (_path, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

/** Lets time pass until the promise is settled. */
async function outlast<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let settled = false
  const watched = promise.finally(() => (settled = true))
  watched.catch(() => {})
  for (let seconds = 0; seconds < 300 && !settled; seconds += 1) await clock.run(1_000)
  return await watched
}

testBeacon(() => setUp())

describe('the drand client', () => {
  test('asks once who the server is, then for the round, and for nothing twice', async () => {
    const { beacon, asked } = await setUp()
    await beacon.round(1)
    await beacon.round(1)
    expect(asked).toEqual(['/…/info', '/…/public/1'])
  })

  test('loads the arithmetic of pairings only when there is a round to verify', async () => {
    let loads = 0
    const loadSignatures = () => {
      loads += 1
      return Promise.resolve({ isBeaconRound: () => true })
    }
    const { beacon, clock } = await setUp({ loadSignatures })
    const next = beacon.round(2)
    await clock.run(2_999)
    expect(loads).toBe(0)
    await clock.run(1)
    await next
    expect(loads).toBe(1)
  })

  test('does not call anything false when that code cannot be loaded', async () => {
    const { beacon } = await setUp({ loadSignatures: () => Promise.reject(new TypeError('offline')) })
    const round = { round: 1, signature: new Uint8Array(48) }
    await expect(beacon.isRound(round)).rejects.toMatchObject({ code: 'beacon/unreachable' })
  })

  test('asks again while a round is late, with longer and longer pauses, and takes it when it is there', async () => {
    let misses = 5
    const { beacon, clock, asked } = await setUp({
      act: (path) => (path.endsWith('/public/1') && misses-- > 0 ? new Response('', { status: 425 }) : null),
    })
    const startMs = clock.now()
    expect((await outlast(clock, beacon.round(1))).round).toBe(1)
    expect(asked.filter((path) => path.endsWith('/1'))).toHaveLength(6)
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(250 + 500 + 1_000 + 2_000 + 4_000)
  })

  test('takes a server’s breakdown for a pause', async () => {
    let failures = 3
    const { beacon, clock } = await setUp({
      act: () => {
        if (failures-- <= 0) return null
        if (failures === 1) throw new TypeError('network error')
        return new Response('', { status: 503 })
      },
    })
    expect((await outlast(clock, beacon.round(1))).round).toBe(1)
  })

  test.each<[string, string, Act]>([
    [
      'never publishes',
      'beacon/late',
      (path) => (path.includes('/public/') ? new Response('', { status: 404 }) : null),
    ],
    ['is down', 'beacon/unreachable', () => Promise.reject(new TypeError('refused'))],
    ['fails', 'beacon/unreachable', () => new Response('', { status: 500 })],
    ['holds every request', 'beacon/unreachable', hang],
  ])('gives up on a server that %s when its patience ends', async (_what, code, act) => {
    const { beacon, clock } = await setUp({ act })
    await expect(outlast(clock, beacon.round(1))).rejects.toMatchObject({ code })
    expect(clock.pending).toBe(0)
  })

  test('stops a request that is under way when nobody waits for it any more', async () => {
    const { beacon, clock } = await setUp({ act: hang })
    const stop = new AbortController()
    const reason = new Error('the visitor left')
    const waiting = expect(beacon.round(1, stop.signal)).rejects.toBe(reason)
    await clock.run(100)
    stop.abort(reason)
    await waiting
    expect(clock.pending).toBe(0)
  })
})

describe('a server that', () => {
  const onRound =
    (body: string): Act =>
    (path) =>
      path.includes('/public/') ? new Response(body) : null
  const onInfo =
    (change: object): Act =>
    (path) => {
      if (!path.endsWith('/info')) return null
      return new Response(JSON.stringify({ ...INFO, ...change }))
    }
  const INFO = { public_key: 'ab', period: 3, genesis_time: 1, hash: 'cd', schemeID: 'x', groupHash: '', metadata: {} }
  const signature = 'ab'.repeat(48)

  test.each<[string, string, Act]>([
    ['sends no JSON', 'beacon/malformed', onRound('<html>')],
    ['sends nothing', 'beacon/malformed', onRound('')],
    ['sends no round', 'beacon/malformed', onRound('{}')],
    ['sends null', 'beacon/malformed', onRound('null')],
    ['sends another round', 'beacon/malformed', onRound(JSON.stringify({ round: 2, signature }))],
    ['sends a short signature', 'beacon/malformed', onRound(JSON.stringify({ round: 1, signature: 'ab' }))],
    [
      'sends a signature in capitals',
      'beacon/malformed',
      onRound(JSON.stringify({ round: 1, signature: 'AB'.repeat(48) })),
    ],
    ['sends megabytes', 'beacon/malformed', onRound(`{"round":1,"signature":"${'ab'.repeat(1_000_000)}"}`)],
    ['makes a signature up', 'beacon/signature', onRound(JSON.stringify({ round: 1, signature }))],
    ['is another chain’s', 'beacon/other-chain', onInfo({})],
    ['has no info', 'beacon/malformed', (path) => (path.endsWith('/info') ? new Response('[]') : null)],
  ])('%s is not believed, and not asked again', async (_what, code, act) => {
    const { beacon, clock, asked } = await setUp({ act })
    await expect(beacon.round(1)).rejects.toMatchObject({ code })
    expect(asked.length).toBeLessThanOrEqual(2)
    expect(clock.pending).toBe(0)
  })

  test('signs the round before for this one is not believed', async () => {
    const { service, clock } = await setUp()
    clock.advance(3_000)
    const replayed = JSON.parse(service.answer('GET', `/${service.chain.chainHash}/public/1`).body) as object
    const fetch: typeof globalThis.fetch = (url) => {
      const path = new Request(url).url.slice(BASE.length)
      const body = JSON.stringify({ ...replayed, round: 2 })
      return Promise.resolve(path.includes('/public/') ? new Response(body) : honest(service, path))
    }
    const beacon = createDrandBeacon({ url: BASE, chain: service.chain, clock, fetch })
    await expect(beacon.round(2)).rejects.toMatchObject({ code: 'beacon/signature', details: { round: 2 } })
  })
})
