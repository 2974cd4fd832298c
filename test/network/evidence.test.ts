import { afterAll, expect, onTestFinished, test } from 'vitest'
import { createEvidenceShelf } from '../../src/participant/evidence-shelf.ts'
import { fetchEvidence } from '../../src/participant/fetch-evidence.ts'
import { createRootBook } from '../../src/participant/root-book.ts'
import { serveEvidence } from '../../src/participant/serve-evidence.ts'
import { MAX_BUNDLE_BYTES } from '../../src/protocol/limits.ts'
import { evidenceHash } from '../../src/protocol/wire/evidence-messages.ts'
import { isRootEquivocation } from '../../src/protocol/wire/root-announcement.ts'
import type { MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import { signedRoot } from '../conformance/signed-root.ts'
import { createSeededSessionKey } from '../doubles/seeded-session-key.ts'
import { createNetworkWorld, stopNodeWebRtc } from './network-world.ts'

afterAll(stopNodeWebRtc)

async function startPair() {
  const world = await createNetworkWorld()
  onTestFinished(() => world.stop())
  const [here, there] = [await world.join(), await world.join()]
  // One after the other: what the first one’s start has sent reaches the relay before what the second one publishes.
  await there.network.start()
  await here.network.start()
  return { here, there }
}

test('the largest evidence crosses WebRTC whole, by its hash, and other hashes are missing', async () => {
  const { here: seeker, there: holder } = await startPair()
  const shelf = createEvidenceShelf(holder.clock)
  const bytes = new Uint8Array(MAX_BUNDLE_BYTES).map((_, index) => (index * 31) % 253)
  const hash = shelf.put(bytes)
  const served = new Promise<MessageVerdict>((resolve) => {
    holder.network.onStream('evidence', (stream) => {
      void serveEvidence({ shelf, clock: holder.clock }, stream).then(resolve)
    })
  })
  const fetched = await fetchEvidence(seeker, holder.network.peerId, hash)
  expect(evidenceHash(fetched)).toEqual(hash)
  expect(await served).toEqual({ verdict: 'accept' })
  const unknown = fetchEvidence(seeker, holder.network.peerId, new Uint8Array(32))
  await expect(unknown).rejects.toMatchObject({ code: 'evidence/missing' })
})

test('two roots of one epoch pass the relay, and whoever hears both holds the proof', async () => {
  const { here: liar, there: listener } = await startPair()
  const book = createRootBook(listener.clock)
  const caught = new Promise<{ first: Uint8Array; second: Uint8Array }>((resolve) => {
    listener.network.onGossip('roots', (bytes, publisher) => {
      const { verdict, equivocation } = book.receive(bytes, publisher)
      if (equivocation !== null) resolve(equivocation)
      return verdict
    })
  })
  const { peerId } = liar.network
  const common = { peerId, nowMs: liar.clock.now(), key: createSeededSessionKey(1) }
  await liar.network.publish('roots', await signedRoot(common))
  await liar.network.publish('roots', await signedRoot({ ...common, change: { count: 9 } }))
  const { first, second } = await caught
  expect(isRootEquivocation(first, second)).toBe(true)
})
