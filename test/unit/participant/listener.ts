import { createOfferBook } from '../../../src/participant/offer-book.ts'
import { createRawRequester, sampleRequest } from './raw-job.ts'
import { settle, type Town } from './town.ts'

/** Somebody who only listens to offers. */
export async function listenerOf(town: Town, peerId = 'listener') {
  const network = town.hub.join(peerId)
  const book = createOfferBook(town.clock)
  network.onGossip('offers', (bytes, publisher) => book.receive(bytes, publisher))
  await network.start()
  const free = (): string | null =>
    book.best({ modelRoot: town.modelRoot, excludedPeers: new Set(), checkerCell: null, accepts: null })?.peerId ?? null
  const keyOf = (provider: string): Uint8Array | undefined =>
    book.list(town.modelRoot).find((offer) => offer.peerId === provider)?.providerKey
  return { network, free, known: () => book.size(), keyOf }
}

export async function requestFrom(town: Town, peerId: string, contributor: string) {
  const { network, keyOf } = await listenerOf(town, peerId)
  // Until its next renewal nobody new knows whom the contributor signs as.
  if (keyOf(contributor) === undefined) await town.clock.run(2_000)
  const stream = await network.openStream(contributor, 'job')
  const requester = createRawRequester(stream)
  await requester.send({ type: 'request', request: sampleRequest(town.modelRoot, keyOf(contributor)) })
  await settle()
  return { stream, requester }
}
