import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { createRelay, type RelayOptions } from '../../services/relay/create-relay.ts'
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS } from '../../src/network/network-limits.ts'
import type { Network, NetworkStatus } from '../../src/participant/ports.ts'
import { ACCEPT } from '../../src/protocol/wire/verdict.ts'
import { signedOffer } from '../conformance/signed-offer.ts'
import { createNetworkWorld, stopNodeWebRtc } from './network-world.ts'

afterAll(stopNodeWebRtc)

/** A world whose relay keeps its identity and its port over restarts. */
async function durableWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'locus-relay-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const options: RelayOptions = { identityPath: join(folder, 'relay.key') }
  const world = await createNetworkWorld(options)
  onTestFinished(() => world.stop())
  const port = Number(/\/tcp\/(\d+)\//.exec(world.relay.multiaddr)?.[1])
  return {
    ...world,
    async restart() {
      const relay = await createRelay({ ...options, port, clock: world.relayClock })
      onTestFinished(() => relay.stop())
      return relay
    },
  }
}

function reaches(network: Network, state: NetworkStatus['state']): Promise<NetworkStatus> {
  return new Promise((resolve) => {
    const undo = network.onStatus((status) => {
      if (status.state === state) {
        resolve(status)
        queueMicrotask(() => undo())
      }
    })
  })
}

test('a relay that is down at the start is reported in plain words, and found when it is back', async () => {
  const world = await durableWorld()
  await world.relay.stop()
  const { network, clock } = await world.join()
  const states: string[] = []
  network.onStatus(({ state }) => states.push(state))
  await network.start()
  expect(states).toEqual(['offline', 'connecting', 'unreachable'])
  expect(await reaches(network, 'unreachable')).toEqual({
    state: 'unreachable',
    code: 'network/relay-unreachable',
    message: 'The relay cannot be reached, so this page cannot find other participants.',
    nextStep: 'Check your internet connection. The page keeps trying by itself.',
  })
  const relay = await world.restart()
  const online = reaches(network, 'online')
  clock.advance(BACKOFF_BASE_MS)
  expect(await online).toMatchObject({ relayPeer: relay.peerId })
})

test('when the relay goes away a running job goes on, and offers flow again once it is back', async () => {
  const world = await durableWorld()
  const [asker, server] = [await world.join(), await world.join()]
  await asker.network.start()
  await server.network.start()
  server.network.onStream('job', (stream) => {
    const echo = async () => {
      for await (const frame of stream.frames) await stream.send(frame)
    }
    void echo().catch(() => {})
  })
  const stream = await asker.network.openStream(server.network.peerId, 'job')
  const frames = stream.frames[Symbol.asyncIterator]()

  const lost = [reaches(asker.network, 'connecting'), reaches(server.network, 'connecting')]
  await world.relay.stop()
  await Promise.all(lost)
  await stream.send(Uint8Array.of(1, 2, 3))
  expect((await frames.next()).value).toEqual(Uint8Array.of(1, 2, 3))

  await world.restart()
  const online = [reaches(asker.network, 'online'), reaches(server.network, 'online')]
  asker.clock.advance(BACKOFF_BASE_MS)
  server.clock.advance(BACKOFF_BASE_MS)
  await Promise.all(online)
  const heard = new Promise<string>((resolve) => {
    asker.network.onGossip('offers', (_offer, publisher) => {
      resolve(publisher)
      return ACCEPT
    })
  })
  await server.network.publish(
    'offers',
    await signedOffer({ peerId: server.network.peerId, nowMs: world.relayClock.now() }),
  )
  expect(await heard).toBe(server.network.peerId)
})

test('a participant that stops while the relay is down stays stopped', async () => {
  const world = await durableWorld()
  await world.relay.stop()
  const { network, clock } = await world.join()
  await network.start()
  await network.stop()
  await world.restart()
  const states: string[] = []
  network.onStatus(({ state }) => states.push(state))
  clock.advance(10 * BACKOFF_CAP_MS)
  expect(clock.pending).toBe(0)
  expect(states).toEqual(['offline'])
})
