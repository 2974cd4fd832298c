import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createLibp2pNetwork } from '../../../src/network/libp2p-network.ts'
import type { Network, PeerStream } from '../../../src/participant/ports.ts'
import { createClock } from '../../../src/platform/clock.ts'
import { createRandom } from '../../../src/platform/random.ts'
import { startWorker } from '../../../src/start-worker.ts'

const MEGABYTE = 1024 * 1024
const FRAME_BYTES = 64 * 1024

async function startParticipant(): Promise<Network> {
  const clock = createClock(() => startWorker('timer'))
  const network = await createLibp2pNetwork({
    relayMultiaddr: inject('relayMultiaddr'),
    clock,
    random: createRandom(),
    logger: { info() {}, warn() {} },
  })
  onTestFinished(async () => {
    await network.stop()
    clock.stop()
  })
  await network.start()
  return network
}

/** Sends back the number of bytes that came, once a whole megabyte has. */
async function weigh(stream: PeerStream): Promise<void> {
  let bytes = 0
  for await (const frame of stream.frames) {
    bytes += frame.length
    if (bytes === MEGABYTE) await stream.send(new TextEncoder().encode(String(bytes)))
  }
}

describe('participants in Chromium', () => {
  test('meet through the relay and exchange a megabyte over WebRTC, which the relay does not limit', async () => {
    const [asker, server] = [await startParticipant(), await startParticipant()]
    server.onStream('job', (stream) => void weigh(stream).catch(() => {}))
    const stream = await asker.openStream(server.peerId, 'job')
    expect(stream.connection).toMatchObject({ transport: 'webrtc', limited: false })
    expect(stream.connection.remoteAddr).toContain('/p2p-circuit/webrtc/p2p/')
    for (let sent = 0; sent < MEGABYTE; sent += FRAME_BYTES) await stream.send(new Uint8Array(FRAME_BYTES))
    const { value } = await stream.frames[Symbol.asyncIterator]().next()
    expect(new TextDecoder().decode(value)).toBe(String(MEGABYTE))
    await stream.close()
  })

  test('connect to one server one after another', async () => {
    const server = await startParticipant()
    const served: string[] = []
    server.onStream('job', (stream) => served.push(stream.remotePeer))
    const askers: string[] = []
    for (let dial = 0; dial < 3; dial += 1) {
      const asker = await startParticipant()
      askers.push(asker.peerId)
      const stream = await asker.openStream(server.peerId, 'job')
      expect(stream.connection.limited).toBe(false)
      await asker.stop()
    }
    expect(served).toEqual(askers)
  })

  test('notice within moments that a page has closed', async () => {
    const [asker, server] = [await startParticipant(), await startParticipant()]
    server.onStream('job', () => {})
    const stream = await asker.openStream(server.peerId, 'job')
    const lost = expect(stream.frames[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'network/peer-lost',
      message: 'The other participant closed the connection.',
    })
    // As `pagehide` does: nobody waits for what it returns.
    void server.stop()
    await lost
  })
})
