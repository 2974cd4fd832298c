import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRelay, type RelayOptions } from '../../services/relay/create-relay.ts'
import { MAX_CIRCUIT_BYTES, OFFER_BURST } from '../../services/relay/relay-limits.ts'
import { BACKOFF_BASE_MS, SIGNALLING_LINGER_MS } from '../../src/network/network-limits.ts'
import type { Network } from '../../src/participant/ports.ts'
import { ACCEPT } from '../../src/protocol/wire/verdict.ts'
import { signedOffer } from '../conformance/signed-offer.ts'
import { createNetworkWorld, stopNodeWebRtc } from './network-world.ts'

afterAll(stopNodeWebRtc)

async function startWorld(options?: RelayOptions) {
  const world = await createNetworkWorld(options)
  onTestFinished(() => world.stop())
  return world
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-relay-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** The value of one Prometheus sample, given with its labels; 0 when it has not been counted yet. */
async function sample(httpUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

function offersHeard(network: Network): { count: number; next(): Promise<Uint8Array> } {
  const waiting: ((offer: Uint8Array) => void)[] = []
  const heard = { count: 0, next: () => new Promise<Uint8Array>((resolve) => waiting.push(resolve)) }
  network.onGossip('offers', (offer) => {
    heard.count += 1
    waiting.shift()?.(offer)
    return ACCEPT
  })
  return heard
}

describe('the relay’s identity', () => {
  test('is made on first start, for the owner’s eyes only, and survives a restart', async () => {
    const identityPath = join(await temporaryFolder(), 'keys', 'relay.key')
    const first = await createRelay({ identityPath })
    await first.stop()
    const second = await createRelay({ identityPath })
    await second.stop()
    expect(second.peerId).toBe(first.peerId)
    expect(first.multiaddr).toMatch(new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/\\d+/ws/p2p/${first.peerId}$`))
    expect((await stat(identityPath)).mode & 0o777).toBe(0o600)
  })

  test('that two relays make at the same moment is the same one', async () => {
    const identityPath = join(await temporaryFolder(), 'relay.key')
    const relays = await Promise.all([createRelay({ identityPath }), createRelay({ identityPath })])
    await Promise.all(relays.map((relay) => relay.stop()))
    expect(relays[0].peerId).toBe(relays[1].peerId)
  })

  test('that is damaged stops the start with what to do, and is not replaced', async () => {
    const identityPath = join(await temporaryFolder(), 'relay.key')
    await (await createRelay({ identityPath })).stop()
    const damaged = await readFile(identityPath)
    damaged[40] = (damaged[40] ?? 0) ^ 1
    await writeFile(identityPath, damaged)
    await expect(createRelay({ identityPath })).rejects.toThrow(
      /does not hold a relay identity.*Restore it from a backup/,
    )
    expect(await readFile(identityPath)).toEqual(damaged)
  })

  test('that cannot be written says which file', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const identityPath = join(folder, 'file', 'relay.key')
    await expect(createRelay({ identityPath })).rejects.toThrow(identityPath)
    await chmod(folder, 0o700)
  })
})

describe('the relay’s status server', () => {
  test('answers /health with who it is and how many are connected', async () => {
    const { relay, join: joinWorld } = await startWorld()
    const { network } = await joinWorld()
    await network.start()
    const response = await fetch(`${relay.httpUrl}/health`)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      status: 'ok',
      peerId: relay.peerId,
      multiaddr: relay.multiaddr,
      connections: 1,
      reservations: 1,
      uptimeMs: 0,
    })
  })

  test('answers nothing else', async () => {
    const { relay } = await startWorld()
    expect((await fetch(`${relay.httpUrl}/`)).status).toBe(404)
    expect((await fetch(`${relay.httpUrl}/metrics/../secrets`)).status).toBe(404)
    expect((await fetch(`${relay.httpUrl}/health`, { method: 'POST' })).status).toBe(405)
  })

  test('is gone after stop, and stopping twice is harmless', async () => {
    const relay = await createRelay()
    await relay.stop()
    await relay.stop()
    await expect(fetch(`${relay.httpUrl}/health`)).rejects.toThrow('fetch failed')
  })
})

describe('offers through the relay', () => {
  test('that are forged, stale or damaged are not passed on, and are counted by verdict', async () => {
    const world = await startWorld()
    const [{ network: publisher }, { network: listener }] = [await world.join(), await world.join()]
    await publisher.start()
    await listener.start()
    const heard = offersHeard(listener)
    const nowMs = world.relayClock.now()
    const honest = await signedOffer({ peerId: publisher.peerId, nowMs })
    const forged = honest.with(honest.length - 1, (honest.at(-1) ?? 0) ^ 1)
    const arrived = heard.next()
    for (const offer of [
      Uint8Array.of(1, 2, 3),
      forged,
      await signedOffer({ peerId: listener.peerId, nowMs }),
      await signedOffer({ peerId: publisher.peerId, nowMs: nowMs - 60_000 }),
      honest,
    ]) {
      await publisher.publish('offers', offer)
    }
    expect(await arrived).toEqual(honest)
    expect(heard.count).toBe(1)
    const total = (labels: string) => sample(world.relay.httpUrl, `locus_relay_gossip_total{topic="offers",${labels}}`)
    expect(await total('verdict="accept",code=""')).toBe(1)
    expect(await total('verdict="reject",code="offer/signature"')).toBe(1)
    expect(await total('verdict="reject",code="offer/not-its-publisher"')).toBe(1)
    expect(await total('verdict="ignore",code="offer/expired"')).toBe(1)
  })

  test('above a publisher’s pace are not passed on until time has passed', async () => {
    const world = await startWorld()
    const [{ network: publisher }, { network: listener }] = [await world.join(), await world.join()]
    await publisher.start()
    await listener.start()
    const heard = offersHeard(listener)
    const fresh = () => signedOffer({ peerId: publisher.peerId, nowMs: world.relayClock.now() })
    let arrived = heard.next()
    for (let count = 0; count < OFFER_BURST + 5; count += 1) await publisher.publish('offers', await fresh())
    await arrived
    await expect
      .poll(() =>
        sample(world.relay.httpUrl, 'locus_relay_gossip_total{topic="offers",verdict="ignore",code="offer/too-many"}'),
      )
      .toBe(5)
    await expect.poll(() => heard.count).toBe(OFFER_BURST)
    world.relayClock.advance(1_000)
    arrived = heard.next()
    await publisher.publish('offers', await fresh())
    await arrived
    expect(heard.count).toBe(OFFER_BURST + 1)
  })
})

describe('the relay’s circuits', () => {
  test('carry the signalling only: a megabyte of job data passes none of it', async () => {
    const world = await startWorld()
    const [{ network: asker, clock }, { network: server }] = [await world.join(), await world.join()]
    await asker.start()
    await server.start()
    const MEGABYTE = 1024 * 1024
    const received = new Promise<number>((resolve) => {
      server.onStream('job', (stream) => {
        const count = async () => {
          let bytes = 0
          for await (const frame of stream.frames) bytes += frame.length
          return bytes
        }
        resolve(count())
      })
    })
    const stream = await asker.openStream(server.peerId, 'job')
    expect(stream.connection).toMatchObject({ transport: 'webrtc', limited: false })
    for (let sent = 0; sent < MEGABYTE; sent += 65_536) await stream.send(new Uint8Array(65_536))
    await stream.close()
    expect(await received).toBe(MEGABYTE)
    expect(await sample(world.relay.httpUrl, 'locus_relay_circuits_total')).toBe(1)
    const relayed = await sample(world.relay.httpUrl, 'locus_relay_circuit_bytes_total')
    expect(relayed).toBeGreaterThan(1_000)
    expect(relayed).toBeLessThan(MAX_CIRCUIT_BYTES / 2)
    // The circuit is not kept once it has done its work.
    clock.advance(SIGNALLING_LINGER_MS)
    await expect.poll(() => sample(world.relay.httpUrl, 'locus_relay_circuits')).toBe(0)
  })

  test('are for those who hold a reservation, and reservations are capped', async () => {
    const world = await startWorld({ maxReservations: 1 })
    const [{ network: first }, { network: second, clock }] = [await world.join(), await world.join()]
    await first.start()
    const states: string[] = []
    second.onStatus(({ state }) => states.push(state))
    await second.start()
    expect(states.at(-1)).toBe('unreachable')
    await first.stop()
    const online = new Promise<void>((resolve) => {
      second.onStatus(({ state }) => (state === 'online' ? resolve() : undefined))
    })
    await expect.poll(() => sample(world.relay.httpUrl, 'locus_relay_reservations')).toBe(0)
    clock.advance(BACKOFF_BASE_MS)
    await online
  })

  test('are closed to a host that has its share of connections', async () => {
    const world = await startWorld({ maxConnectionsPerHost: 1 })
    const [{ network: first }, { network: second }] = [await world.join(), await world.join()]
    await first.start()
    const states: string[] = []
    second.onStatus(({ state }) => states.push(state))
    await second.start()
    expect(states.at(-1)).toBe('unreachable')
  })
})
