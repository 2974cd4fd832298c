import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { encodeMessageFrame } from '../../src/network/frames.ts'
import { MAX_UNREAD_FRAMES, STREAM_LIMITS } from '../../src/network/network-limits.ts'
import { createPageNode } from '../../src/network/page-node.ts'
import { createPeerIdentity, readPeerIdentity } from '../../src/network/peer-identity.ts'
import { STREAM_PROTOCOL_IDS, STREAM_PROTOCOLS } from '../../src/network/stream-protocols.ts'
import type { Network, PeerStream, StreamProtocol } from '../../src/participant/ports.ts'
import { MAX_JOB_FRAME_BYTES } from '../../src/protocol/limits.ts'
import { nodeRtcConfiguration } from '../doubles/node-webrtc.ts'
import { createNetworkWorld, type NetworkWorld, stopNodeWebRtc } from './network-world.ts'

afterAll(stopNodeWebRtc)

/** A peer that speaks libp2p and keeps none of our rules. */
async function createHostileNode(world: NetworkWorld) {
  const relay = multiaddr(world.relay.multiaddr)
  const node = await createPageNode({
    privateKey: await readPeerIdentity(await createPeerIdentity()),
    relayPeer: world.relay.peerId,
    rtcConfiguration: nodeRtcConfiguration,
    gater: {},
  })
  onTestFinished(() => node.stop())
  await node.start()
  await node.dial(relay)
  return {
    node,
    /** A stream over WebRTC, like an honest requester's. */
    async openDirect(victim: string, protocol: StreamProtocol = 'job') {
      const connection = await node.dial(relay.encapsulate(`/p2p-circuit/webrtc/p2p/${victim}`))
      return await connection.newStream(STREAM_PROTOCOL_IDS[protocol], { maxOutboundStreams: 1_000 })
    },
    /** A stream over the relay itself. */
    async openRelayed(victim: string, protocol: StreamProtocol) {
      const connection = await node.dial(relay.encapsulate(`/p2p-circuit/p2p/${victim}`))
      return { connection, open: connection.newStream(STREAM_PROTOCOL_IDS[protocol], { runOnLimitedConnection: true }) }
    },
  }
}

async function setUp() {
  const world = await createNetworkWorld()
  onTestFinished(() => world.stop())
  const { network: victim } = await world.join()
  await victim.start()
  return { victim, served: nextJob(victim), hostile: await createHostileNode(world) }
}

function nextJob(network: Network): Promise<PeerStream> {
  return new Promise((resolve) => {
    network.onStream('job', resolve)
  })
}

function closeOf(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.status !== 'open') resolve()
    stream.addEventListener('close', () => resolve())
  })
}

const readOne = (stream: PeerStream) => stream.frames[Symbol.asyncIterator]().next()

describe('a stream from a hostile peer', () => {
  test('that announces a frame above the cap is cut at its header', async () => {
    const { victim, served, hostile } = await setUp()
    const stream = await hostile.openDirect(victim.peerId)
    const cut = closeOf(stream)
    const header = new Uint8Array(5)
    header[0] = 1
    new DataView(header.buffer).setUint32(1, MAX_JOB_FRAME_BYTES + 1)
    stream.send(header)
    await expect(readOne(await served)).rejects.toMatchObject({
      code: 'network/frame-too-large',
      details: { bytes: MAX_JOB_FRAME_BYTES + 1 },
    })
    await cut
  })

  test('that sends another kind of frame is cut', async () => {
    const { victim, served, hostile } = await setUp()
    const stream = await hostile.openDirect(victim.peerId)
    stream.send(Uint8Array.of(3, 0, 0, 0, 0))
    await expect(readOne(await served)).rejects.toMatchObject({ code: 'job/bad-message' })
  })

  test('that sends more than is read is cut when the unread queue is full, and what was queued is still read', async () => {
    const { victim, served, hostile } = await setUp()
    const stream = await hostile.openDirect(victim.peerId)
    const cut = closeOf(stream)
    for (let count = 0; count <= MAX_UNREAD_FRAMES; count += 1)
      stream.send(encodeMessageFrame(Uint8Array.of(count % 256)))
    const job = await served
    await cut
    const read: number[] = []
    const drain = async () => {
      for await (const frame of job.frames) read.push(frame[0] ?? -1)
    }
    await expect(drain()).rejects.toMatchObject({ code: 'network/backlog' })
    expect(read).toHaveLength(MAX_UNREAD_FRAMES)
  })

  test.each(STREAM_PROTOCOLS)(
    'for %s that comes over the relay is refused, and nobody is asked to serve it',
    async (protocol) => {
      const { victim, hostile } = await setUp()
      let reached = false
      victim.onStream(protocol, () => {
        reached = true
      })
      const { connection, open } = await hostile.openRelayed(victim.peerId, protocol)
      expect(connection.limits).toBeDefined()
      // The refusal may come while the protocol is negotiated, or close the stream just after.
      await open.then(closeOf, () => {})
      expect(reached).toBe(false)
    },
  )

  test('that is one of a flood finds its few places, and an honest job still finds one', async () => {
    const { victim, served, hostile } = await setUp()
    let places = 0
    victim.onStream('evidence', () => {
      places += 1
    })
    const { inboundPerPeer, perConnection } = STREAM_LIMITS.evidence
    // The first connection is up before the flood, or each stream would dial its own.
    await hostile.openDirect(victim.peerId, 'evidence')
    const refusals = 2 * perConnection - (inboundPerPeer - 1)
    let refused = 0
    await new Promise<void>((resolve) => {
      const countOne = (): void => void (++refused === refusals && resolve())
      for (let count = 0; count < 2 * perConnection; count += 1) {
        hostile.openDirect(victim.peerId, 'evidence').then(closeOf).then(countOne, countOne)
      }
    })
    expect(places).toBeLessThanOrEqual(inboundPerPeer)
    expect(places).toBeGreaterThan(0)
    const job = await hostile.openDirect(victim.peerId)
    job.send(encodeMessageFrame(Uint8Array.of(7)))
    expect((await readOne(await served)).value).toEqual(Uint8Array.of(7))
  })
})
