import { encodeOffer, type Offer, offerDigest } from '../../src/protocol/wire/offer.ts'
import { createNodeSessionKey } from '../doubles/node-session-key.ts'

/** An offer that an honest provider of the universal cell would publish at `nowMs`. */
export async function signedOffer({ peerId, nowMs }: { peerId: string; nowMs: number }): Promise<Uint8Array> {
  const sessionKey = await createNodeSessionKey()
  const offer: Offer = {
    version: 1,
    peerId,
    providerKey: sessionKey.publicKey,
    cell: {
      provider: 'wasm',
      vendor: '',
      architecture: '',
      browser: '',
      ortVersion: '1.30.0',
      threads: 1,
      precision: 'q4-f32',
      prefillChunk: 32,
      exactness: { kind: 'window', rows: 2 },
      modelRoot: 'ab'.repeat(32),
      graphHash: 'cd'.repeat(32),
      transformVersion: 1,
    },
    tokensPerSecond: 300,
    contextTokens: 512,
    busy: false,
    expiresAt: nowMs + 30_000,
  }
  return encodeOffer(offer, await sessionKey.sign(offerDigest(offer)))
}
