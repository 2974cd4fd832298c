import { p256 } from '@noble/curves/nist.js'
import { concatBytes, sha256 } from '../hash.ts'

const UNCOMPRESSED = Uint8Array.of(4)

/**
 * Whether `publicKey` (raw x ++ y, 64 bytes) signed `digest` (32 bytes): ECDSA over P-256 of SHA-256(digest), low s, as ERC-7913's
 * P-256 signer verifies it on chain. Remote input: malformed keys and signatures are simply not valid.
 */
export function isSignedBy(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 64 || signature.length !== 64) return false
  try {
    return p256.verify(signature, sha256(digest), concatBytes(UNCOMPRESSED, publicKey), { lowS: true, prehash: false })
  } catch {
    return false
  }
}

/** Whether the s of a 64-byte signature is the lower of the two that verify. */
export function isLowS(signature: Uint8Array): boolean {
  try {
    return !p256.Signature.fromBytes(signature).hasHighS()
  } catch {
    return false
  }
}

/** The same signature with the lower of its two s values: WebCrypto returns either. */
export function toLowS(signature: Uint8Array): Uint8Array {
  const { r, s } = p256.Signature.fromBytes(signature)
  const order = p256.Point.Fn.ORDER
  return s > order / 2n ? new p256.Signature(r, order - s).toBytes('compact') : signature
}
