import { describe, expect, onTestFinished, test } from 'vitest'
import { STREAM_LIMITS } from '../../src/network/network-limits.ts'
import type { GossipTopic, Network, NetworkStatus, PeerStream, StreamProtocol } from '../../src/participant/ports.ts'
import {
  HEARTBEAT_INTERVAL_MS,
  HEARTBEAT_SUSPECT_MS,
  MAX_JOB_FRAME_BYTES,
  MAX_OFFER_BYTES,
  MAX_ROOT_AGE_MS,
  MAX_ROOT_BYTES,
} from '../../src/protocol/limits.ts'
import { ACCEPT } from '../../src/protocol/wire/verdict.ts'
import type { FakeClock } from '../doubles/fake-clock.ts'
import { signedOffer } from './signed-offer.ts'
import { signedRoot } from './signed-root.ts'

export interface ConformingParticipant {
  network: Network
  /** The time of this participant alone: silence is one clock that stands while another goes on. */
  clock: FakeClock
}

export interface NetworkHarness {
  /** A participant of the same network, not started. It is stopped when the test ends. */
  join(): Promise<ConformingParticipant>
}

const bytesOf = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill)

/** What every network owes its callers. `create` gives an empty network with a relay that works. */
export function testNetwork(create: () => Promise<NetworkHarness>): void {
  async function start(harness: NetworkHarness): Promise<ConformingParticipant> {
    const participant = await harness.join()
    onTestFinished(() => participant.network.stop())
    await participant.network.start()
    return participant
  }

  /** Two started participants; the second one serves. */
  async function pair(): Promise<{ asker: ConformingParticipant; server: ConformingParticipant; served: Served }> {
    const harness = await create()
    const [asker, server] = [await start(harness), await start(harness)]
    return { asker, server, served: serve(server.network) }
  }

  async function openPair() {
    const { asker, server, served } = await pair()
    const near = await asker.network.openStream(server.network.peerId, 'job')
    return { asker, server, near, far: await served.next(), served }
  }

  describe('status', () => {
    test('goes from offline over connecting to online, and back to offline', async () => {
      const { network } = await (await create()).join()
      const states: NetworkStatus['state'][] = []
      network.onStatus((status) => states.push(status.state))
      await network.start()
      await network.stop()
      expect(states).toEqual(['offline', 'connecting', 'online', 'offline'])
    })

    test('is not heard any more after its subscription was undone', async () => {
      const { network } = await (await create()).join()
      const states: NetworkStatus['state'][] = []
      const undo = network.onStatus((status) => states.push(status.state))
      undo()
      undo()
      await network.start()
      await network.stop()
      expect(states).toEqual(['offline'])
    })

    test('a network can be stopped twice and started again', async () => {
      const { network } = await (await create()).join()
      await network.start()
      await network.stop()
      await network.stop()
      const online = nextStatus(network, 'online')
      await network.start()
      expect((await online).state).toBe('online')
      await network.stop()
    })

    test('a start whose signal is aborted already rejects with its reason', async () => {
      const { network } = await (await create()).join()
      const reason = new Error('the visitor pressed stop')
      await expect(network.start(AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })

  describe('offers', () => {
    test('reach the others with their publisher, and are not echoed', async () => {
      const harness = await create()
      const [publisher, listener] = [await start(harness), await start(harness)]
      const echoes: Uint8Array[] = []
      publisher.network.onGossip('offers', (bytes) => {
        echoes.push(bytes)
        return ACCEPT
      })
      const heard = nextMessage(listener.network, 'offers')
      const offer = await signedOffer({ peerId: publisher.network.peerId, nowMs: publisher.clock.now() })
      await publisher.network.publish('offers', offer)
      expect(await heard).toEqual({ message: offer, publisher: publisher.network.peerId })
      expect(echoes).toEqual([])
    })

    test('in another’s name do not propagate', async () => {
      const harness = await create()
      const [publisher, listener] = [await start(harness), await start(harness)]
      const heard = nextMessage(listener.network, 'offers')
      const nowMs = publisher.clock.now()
      await publisher.network.publish('offers', await signedOffer({ peerId: listener.network.peerId, nowMs }))
      // What comes after it arrives first: gossip keeps the order of one publisher on one path.
      const honest = await signedOffer({ peerId: publisher.network.peerId, nowMs })
      await publisher.network.publish('offers', honest)
      expect((await heard).message).toEqual(honest)
    })

    test('may be published when nobody is there to hear', async () => {
      const { network, clock } = await start(await create())
      const offer = await signedOffer({ peerId: network.peerId, nowMs: clock.now() })
      await expect(network.publish('offers', offer)).resolves.toBeUndefined()
    })

    test('above the cap are refused before they are sent', async () => {
      const { network } = await start(await create())
      await expect(network.publish('offers', bytesOf(MAX_OFFER_BYTES + 1))).rejects.toMatchObject({
        code: 'network/frame-too-large',
      })
    })

    test('cannot be published by a network that is not started', async () => {
      const { network } = await (await create()).join()
      await expect(network.publish('offers', bytesOf(10))).rejects.toMatchObject({ code: 'network/closed' })
    })
  })

  describe('roots', () => {
    test('reach the others with their publisher, and nobody who listens for offers', async () => {
      const harness = await create()
      const [publisher, listener] = [await start(harness), await start(harness)]
      const offers: Uint8Array[] = []
      listener.network.onGossip('offers', (bytes) => {
        offers.push(bytes)
        return ACCEPT
      })
      const heard = nextMessage(listener.network, 'roots')
      const message = await signedRoot({ peerId: publisher.network.peerId, nowMs: publisher.clock.now() })
      await publisher.network.publish('roots', message)
      expect(await heard).toEqual({ message, publisher: publisher.network.peerId })
      expect(offers).toEqual([])
    })

    test('for somebody else, and late ones, do not propagate', async () => {
      const harness = await create()
      const [publisher, listener] = [await start(harness), await start(harness)]
      const heard = nextMessage(listener.network, 'roots')
      const nowMs = publisher.clock.now()
      const { peerId } = publisher.network
      await publisher.network.publish('roots', await signedRoot({ peerId: listener.network.peerId, nowMs }))
      await publisher.network.publish('roots', await signedRoot({ peerId, nowMs: nowMs - MAX_ROOT_AGE_MS }))
      const honest = await signedRoot({ peerId, nowMs })
      await publisher.network.publish('roots', honest)
      expect((await heard).message).toEqual(honest)
    })

    test('above their own cap are refused before they are sent', async () => {
      const { network } = await start(await create())
      await expect(network.publish('roots', bytesOf(MAX_ROOT_BYTES + 1))).rejects.toMatchObject({
        code: 'network/frame-too-large',
      })
    })
  })

  describe('peer streams', () => {
    test('name their peers and their direct connection', async () => {
      const { asker, server, near, far } = await openPair()
      expect(near.remotePeer).toBe(server.network.peerId)
      expect(far.remotePeer).toBe(asker.network.peerId)
      expect([near.connection.limited, far.connection.limited]).toEqual([false, false])
      expect(near.connection.transport).toBe(far.connection.transport)
    })

    test('carry whole frames in order, both ways, up to the cap', async () => {
      const { near, far } = await openPair()
      const sizes = [0, 1, 5, 65_536, MAX_JOB_FRAME_BYTES]
      const [here, there] = [reader(near), reader(far)]
      for (const [index, size] of sizes.entries()) {
        await near.send(bytesOf(size, index))
        expect(await there()).toEqual(bytesOf(size, index))
        await far.send(bytesOf(size, index + 100))
        expect(await here()).toEqual(bytesOf(size, index + 100))
      }
    })

    test('may be written faster than they are read, within the caps', async () => {
      const { near, far } = await openPair()
      const frames = Array.from({ length: 64 }, (_, index) => bytesOf(1_000, index))
      await Promise.all(frames.map((frame) => near.send(frame)))
      await near.close()
      expect(await collect(far)).toEqual(frames)
    })

    test('refuse to send a frame above the cap, and go on', async () => {
      const { near, far } = await openPair()
      await expect(near.send(bytesOf(MAX_JOB_FRAME_BYTES + 1))).rejects.toMatchObject({
        code: 'network/frame-too-large',
      })
      await near.send(bytesOf(3))
      expect(await reader(far)()).toEqual(bytesOf(3))
    })

    test('end cleanly after the last frame when the other side closes', async () => {
      const { near, far } = await openPair()
      await near.send(bytesOf(2))
      await near.close()
      expect(await collect(far)).toEqual([bytesOf(2)])
      expect(await collect(near)).toEqual([])
      await expect(far.send(bytesOf(1))).rejects.toMatchObject({ code: 'network/closed' })
    })

    test('that are aborted are lost for the other side, and give their own side the reason', async () => {
      const { near, far } = await openPair()
      const reason = new Error('wrong receipt')
      near.abort(reason)
      await expect(collect(near)).rejects.toBe(reason)
      await expect(collect(far)).rejects.toMatchObject({ code: 'network/peer-lost' })
    })

    test('are lost after a silence of the other side, and not before', async () => {
      const { asker, near, far } = await openPair()
      const read = reader(near)
      asker.clock.advance(HEARTBEAT_SUSPECT_MS - 1)
      await far.send(bytesOf(1))
      expect(await read()).toEqual(bytesOf(1))
      asker.clock.advance(HEARTBEAT_SUSPECT_MS + HEARTBEAT_INTERVAL_MS)
      await expect(read()).rejects.toMatchObject({ code: 'network/peer-lost' })
    })

    test('are lost at once when the other side’s page closes', async () => {
      const { server, near } = await openPair()
      const lost = expect(collect(near)).rejects.toMatchObject({ code: 'network/peer-lost' })
      await server.network.stop()
      await lost
    })

    test('cannot be opened to somebody who is not there', async () => {
      const harness = await create()
      const [asker, gone] = [await start(harness), await start(harness)]
      await gone.network.stop()
      await expect(asker.network.openStream(gone.network.peerId, 'job')).rejects.toMatchObject({
        code: 'network/peer-unreachable',
      })
    })

    test('cannot be opened with a signal that is aborted already, and say its reason', async () => {
      const { asker, server } = await pair()
      const reason = new Error('the visitor pressed stop')
      await expect(asker.network.openStream(server.network.peerId, 'job', AbortSignal.abort(reason))).rejects.toBe(
        reason,
      )
    })

    // A refusal shows where it arrives first: at the opener, or on the stream it has just got.
    const REFUSED = { code: expect.stringMatching(/^network\/(peer-lost|peer-unreachable)$/) }

    test('are refused at once where nobody serves', async () => {
      const harness = await create()
      const [asker, idle] = [await start(harness), await start(harness)]
      await expect(asker.network.openStream(idle.network.peerId, 'job').then(collect)).rejects.toMatchObject(REFUSED)
    })

    test('of one peer are served up to a cap, and a place is free again when one ends', async () => {
      const { asker, server, served } = await pair()
      const open = () => asker.network.openStream(server.network.peerId, 'job')
      const near: PeerStream[] = []
      const far: PeerStream[] = []
      for (let count = 0; count < STREAM_LIMITS.job.inboundPerPeer; count += 1) {
        near.push(await open())
        far.push(await served.next())
      }
      await expect(open().then(collect)).rejects.toMatchObject(REFUSED)
      await near[0]?.close()
      if (far[0] !== undefined) await collect(far[0])
      await open()
      expect((await served.next()).remotePeer).toBe(asker.network.peerId)
    })

    test('of each protocol go to who serves it, and to nobody else', async () => {
      const harness = await create()
      const [asker, server] = [await start(harness), await start(harness)]
      const served = { audit: serve(server.network, 'audit'), evidence: serve(server.network, 'evidence') }
      const evidence = await asker.network.openStream(server.network.peerId, 'evidence')
      const audit = await asker.network.openStream(server.network.peerId, 'audit')
      await evidence.send(bytesOf(1))
      await audit.send(bytesOf(2))
      expect(await reader(await served.evidence.next())()).toEqual(bytesOf(1))
      expect(await reader(await served.audit.next())()).toEqual(bytesOf(2))
      const job = asker.network.openStream(server.network.peerId, 'job')
      await expect(job.then(collect)).rejects.toMatchObject(REFUSED)
    })

    test('of one protocol, however many a peer floods, take no place of another', async () => {
      const { asker, server, served } = await pair()
      const flooded = { audit: serve(server.network, 'audit'), evidence: serve(server.network, 'evidence') }
      for (const protocol of ['audit', 'evidence'] as const) {
        const { inboundPerPeer } = STREAM_LIMITS[protocol]
        for (let count = 0; count < inboundPerPeer; count += 1) {
          await asker.network.openStream(server.network.peerId, protocol)
          await flooded[protocol].next()
        }
        const beyond = asker.network.openStream(server.network.peerId, protocol)
        await expect(beyond.then(collect)).rejects.toMatchObject(REFUSED)
      }
      const job = await asker.network.openStream(server.network.peerId, 'job')
      await job.send(bytesOf(3))
      expect(await reader(await served.next())()).toEqual(bytesOf(3))
    })

    test('go to nobody after the subscription was undone', async () => {
      const harness = await create()
      const [asker, server] = [await start(harness), await start(harness)]
      const streams: PeerStream[] = []
      server.network.onStream('job', (stream) => streams.push(stream))()
      await expect(asker.network.openStream(server.network.peerId, 'job').then(collect)).rejects.toMatchObject(REFUSED)
      expect(streams).toEqual([])
    })
  })
}

interface Served {
  next(): Promise<PeerStream>
}

/** Inbound streams in order of arrival. */
function serve(network: Network, protocol: StreamProtocol = 'job'): Served {
  const arrived: PeerStream[] = []
  const waiting: ((stream: PeerStream) => void)[] = []
  network.onStream(protocol, (stream) => {
    const take = waiting.shift()
    if (take === undefined) arrived.push(stream)
    else take(stream)
  })
  return {
    next() {
      const stream = arrived.shift()
      return stream === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(stream)
    },
  }
}

function nextStatus(network: Network, state: NetworkStatus['state']): Promise<NetworkStatus> {
  return new Promise((resolve) => {
    network.onStatus((status) => (status.state === state ? resolve(status) : undefined))
  })
}

function nextMessage(network: Network, topic: GossipTopic): Promise<{ message: Uint8Array; publisher: string }> {
  return new Promise((resolve) => {
    network.onGossip(topic, (message, publisher) => {
      resolve({ message, publisher })
      return ACCEPT
    })
  })
}

function reader(stream: PeerStream): () => Promise<Uint8Array> {
  const frames = stream.frames[Symbol.asyncIterator]()
  return async () => {
    const { done, value } = await frames.next()
    if (done === true) throw new Error('the stream ended')
    return value
  }
}

async function collect(stream: PeerStream): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = []
  for await (const frame of stream.frames) frames.push(frame)
  return frames
}
