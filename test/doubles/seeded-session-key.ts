import { p256 } from '@noble/curves/nist.js'
import type { SessionKey } from '../../src/participant/ports.ts'
import { sha256, taggedHash, u32 } from '../../src/protocol/hash.ts'

/**
 * A P-256 key that is the same on every run and signs without leaving the thread, so that a test's whole exchange happens within one turn
 * of the event loop.
 */
export function createSeededSessionKey(seed: number): SessionKey {
  const secret = taggedHash('seeded-session-key', u32(seed))
  return {
    publicKey: p256.getPublicKey(secret, false).slice(1),
    async sign(digest) {
      return p256.sign(sha256(digest), secret, { lowS: true, prehash: false })
    },
  }
}
