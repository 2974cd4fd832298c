import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { encodeMessageFrame } from '../../src/network/frames.ts'
import { MAX_UNREAD_FRAMES } from '../../src/network/network-limits.ts'
import { createPageNode } from '../../src/network/page-node.ts'
import { createPeerIdentity, readPeerIdentity } from '../../src/network/peer-identity.ts'
import type { Network, PeerStream } from '../../src/participant/ports.ts'
import { MAX_JOB_FRAME_BYTES } from '../../src/protocol/limits.ts'
import { JOB_PROTOCOL } from '../../src/protocol/wire/job-messages.ts'
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
    async openDirect(victim: string) {
      const connection = await node.dial(relay.encapsulate(`/p2p-circuit/webrtc/p2p/${victim}`))
      return await connection.newStream(JOB_PROTOCOL)
    },
    /** A stream over the relay itself. */
    async openRelayed(victim: string) {
      const connection = await node.dial(relay.encapsulate(`/p2p-circuit/p2p/${victim}`))
      return { connection, open: connection.newStream(JOB_PROTOCOL, { runOnLimitedConnection: true }) }
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

describe('a job stream from a hostile peer', () => {
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

  test('that comes over the relay is refused, and nobody is asked to serve it', async () => {
    const { victim, served, hostile } = await setUp()
    let reached = false
    void served.then(() => (reached = true))
    const { connection, open } = await hostile.openRelayed(victim.peerId)
    expect(connection.limits).toBeDefined()
    // The refusal may come while the protocol is negotiated, or close the stream just after.
    await open.then(closeOf, () => {})
    expect(reached).toBe(false)
  })
})
