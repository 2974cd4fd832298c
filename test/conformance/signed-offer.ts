import { encodeOffer, type Offer, offerDigest } from '../../src/protocol/wire/offer.ts'
import { createNodeSessionKey } from '../doubles/node-session-key.ts'
import { scriptedCell } from '../doubles/scripted-engine.ts'

/** An offer that an honest provider of the universal cell would publish at `nowMs`. */
export async function signedOffer({ peerId, nowMs }: { peerId: string; nowMs: number }): Promise<Uint8Array> {
  const sessionKey = await createNodeSessionKey()
  const offer: Offer = {
    version: 2,
    peerId,
    providerKey: sessionKey.publicKey,
    cell: scriptedCell('ab'.repeat(32)),
    tokensPerSecond: 300,
    contextTokens: 512,
    busy: false,
    price: null,
    expiresAt: nowMs + 30_000,
  }
  return encodeOffer(offer, await sessionKey.sign(offerDigest(offer)))
}
