import { describe, expect, test } from 'vitest'
import { OPEN_STREAM_DEADLINE_MS } from '../../../src/network/network-limits.ts'
import type { NetworkStatus, PeerStream } from '../../../src/participant/ports.ts'
import { HEARTBEAT_INTERVAL_MS, HEARTBEAT_SUSPECT_MS } from '../../../src/protocol/limits.ts'
import { testNetwork } from '../../conformance/network.ts'
import { signedOffer } from '../../conformance/signed-offer.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { createMemoryHub } from '../../doubles/memory-network.ts'

testNetwork(async () => {
  const hub = createMemoryHub({ clock: createFakeClock() })
  let joined = 0
  return {
    async join() {
      const clock = createFakeClock()
      joined += 1
      return { network: hub.join(`peer-${joined}`, clock), clock }
    },
  }
})

describe('the hub’s faults', () => {
  async function pair() {
    const clock = createFakeClock()
    const hub = createMemoryHub({ clock })
    const [asker, server] = [hub.join('asker'), hub.join('server')]
    const served: PeerStream[] = []
    server.onStream('job', (stream) => served.push(stream))
    await Promise.all([asker.start(), server.start()])
    return { clock, hub, asker, server, served }
  }

  test('a severed peer is silent: its streams are suspected after the heartbeat’s time', async () => {
    const { clock, hub, asker, server } = await pair()
    const stream = await asker.openStream(server.peerId, 'job')
    let lost = false
    const read = stream.frames[Symbol.asyncIterator]().next()
    const loss = expect(read.finally(() => (lost = true))).rejects.toMatchObject({ code: 'network/peer-lost' })
    await clock.run(10 * HEARTBEAT_SUSPECT_MS)
    expect(lost).toBe(false)
    hub.sever(server.peerId)
    await clock.run(HEARTBEAT_SUSPECT_MS + HEARTBEAT_INTERVAL_MS)
    await loss
  })

  test('a dial to a severed peer fails when its deadline has passed', async () => {
    const { clock, hub, asker, server } = await pair()
    hub.sever(server.peerId)
    const dial = expect(asker.openStream(server.peerId, 'job')).rejects.toMatchObject({
      code: 'network/peer-unreachable',
    })
    await clock.run(OPEN_STREAM_DEADLINE_MS)
    await dial
  })

  test('a killed peer is noticed without any time passing', async () => {
    const { hub, asker, server } = await pair()
    const stream = await asker.openStream(server.peerId, 'job')
    const read = stream.frames[Symbol.asyncIterator]().next()
    hub.kill(server.peerId)
    await expect(read).rejects.toMatchObject({ code: 'network/peer-lost' })
  })

  test('without the relay nobody hears offers and the status says what to do, and streams go on', async () => {
    const { clock, hub, asker, server, served } = await pair()
    const stream = await asker.openStream(server.peerId, 'job')
    const seen: NetworkStatus[] = []
    asker.onStatus((status) => seen.push(status))
    const heard: string[] = []
    asker.onGossip('offers', (_offer, publisher) => {
      heard.push(publisher)
      return { verdict: 'accept' }
    })
    hub.setRelay(false)
    await server.publish('offers', await signedOffer({ peerId: server.peerId, nowMs: clock.now() }))
    await stream.send(Uint8Array.of(1))
    expect((await served[0]?.frames[Symbol.asyncIterator]().next())?.value).toEqual(Uint8Array.of(1))
    expect(heard).toEqual([])
    expect(seen.at(-1)).toMatchObject({
      state: 'unreachable',
      nextStep: expect.stringContaining('internet connection'),
    })
    hub.setRelay(true)
    expect(seen.at(-1)).toMatchObject({ state: 'online' })
  })

  test('the relay keeps back a forged offer and says why', async () => {
    const { clock, hub, asker, server } = await pair()
    await server.publish('offers', await signedOffer({ peerId: asker.peerId, nowMs: clock.now() }))
    await clock.run(0)
    expect(hub.refused).toEqual([{ publisher: 'server', code: 'offer/not-its-publisher' }])
  })
})
