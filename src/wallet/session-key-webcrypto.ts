import type { SessionKey } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { isLowS, isSignedBy, toLowS } from '../protocol/receipt/signature.ts'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const

/** What is kept: a private key that WebCrypto will use but never hand out, and its public half, raw x ++ y. */
export interface SessionKeyPair {
  privateKey: CryptoKey
  /** 64 bytes. */
  publicKey: Uint8Array<ArrayBuffer>
}

/** Errors: `storage/unavailable` where the page has no WebCrypto (it was not served over HTTPS or from localhost). */
export async function generateSessionKeyPair(): Promise<SessionKeyPair> {
  const pair = await subtle().generateKey(CURVE, false, ['sign', 'verify'])
  const uncompressed = new Uint8Array(await subtle().exportKey('raw', pair.publicKey))
  return { privateKey: pair.privateKey, publicKey: uncompressed.slice(1) }
}

/** ECDSA over SHA-256(digest), as ERC-7913's P-256 signer verifies it; WebCrypto returns either s, the chain takes the low one. */
export function sessionKeyOf(pair: SessionKeyPair): SessionKey {
  return {
    publicKey: pair.publicKey.slice(),
    async sign(digest) {
      if (digest.length !== 32) throw new RangeError(`a digest has 32 bytes, not ${digest.length}`)
      return toLowS(new Uint8Array(await subtle().sign(SIGNATURE, pair.privateKey, new Uint8Array(digest))))
    },
  }
}

/** ECDSA verification by the browser: `isSignedBy` in a tenth of its time. Remote input: what is malformed, or has a high s, is not valid. */
export async function verifySignature(
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 64 || signature.length !== 64 || digest.length !== 32) return false
  // The chain takes only the lower of the two s values that verify.
  if (!isLowS(signature)) return false
  try {
    const raw = new Uint8Array(65)
    raw[0] = 4
    raw.set(publicKey, 1)
    const key = await subtle().importKey('raw', raw, CURVE, false, ['verify'])
    return await subtle().verify(SIGNATURE, key, new Uint8Array(signature), new Uint8Array(digest))
  } catch {
    return false
  }
}

/** A key that ends with the page: for browsers that keep nothing, and for tests. */
export async function createEphemeralSessionKey(): Promise<SessionKey> {
  return sessionKeyOf(await generateSessionKeyPair())
}

/** What came out of storage is remote data: it must be a private key that cannot leave, and fit the public key beside it. */
export async function isUsablePair(stored: unknown): Promise<boolean> {
  if (typeof stored !== 'object' || stored === null) return false
  const { privateKey, publicKey } = stored as Partial<Record<keyof SessionKeyPair, unknown>>
  if (!(privateKey instanceof CryptoKey) || !(publicKey instanceof Uint8Array) || publicKey.length !== 64) return false
  if (privateKey.extractable || privateKey.type !== 'private' || !privateKey.usages.includes('sign')) return false
  try {
    const digest = new Uint8Array(32)
    const signature = await sessionKeyOf({ privateKey, publicKey: publicKey.slice() }).sign(digest)
    return isSignedBy(publicKey, digest, signature)
  } catch {
    return false
  }
}

function subtle(): SubtleCrypto {
  // Typed as always there; browsers leave it out of insecure contexts.
  const found: SubtleCrypto | undefined = crypto.subtle
  if (found !== undefined) return found
  throw new CodedError({
    code: 'storage/unavailable',
    message: 'This page cannot make a signing key, because it was not opened over a secure address.',
    nextStep: 'Open the page over https://, or from localhost.',
  })
}
