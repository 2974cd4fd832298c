/**
 * BLS signatures of a beacon, alone in a file: pairings are most of @noble/curves, so a page loads this when it first needs a round.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bytesEqual, bytesToHex, hexToBytes, sha256 } from '../hash.ts'
import type { BeaconChain, BeaconRound } from './beacon.ts'

/** The ciphersuite of drand's `bls-unchained-g1-rfc9380` (RFC 9380 §8.8.1, with G1's own tag since 2023). */
const DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_'

const bls = bls12_381.shortSignatures

/**
 * Whether the chain's key signed this round. Remote input: malformed points are simply not valid. A signature has one valid encoding
 * here, or one round would have two randomnesses. A block hash proves nothing by itself, so it is never valid here: whoever follows
 * that chain compares it. About 30 ms.
 */
export function isBeaconRound(chain: BeaconChain, { round, signature }: BeaconRound): boolean {
  if (chain.kind !== 'drand' || signature.length !== 48 || !Number.isSafeInteger(round) || round < 1) return false
  try {
    const point = bls.Signature.fromBytes(signature)
    if (!bytesEqual(point.toBytes(true), signature)) return false
    return bls.verify(point, bls.hash(roundMessage(round), DOMAIN), hexToBytes(chain.publicKey))
  } catch {
    return false
  }
}

/**
 * A round of a beacon with a single operator, for a network on one machine: whoever holds `secretKey` (32 bytes) knows every round in
 * advance. `round` counts from 1.
 */
export function signBeaconRound(secretKey: Uint8Array, round: number): BeaconRound {
  return { round, signature: bls.sign(bls.hash(roundMessage(round), DOMAIN), secretKey).toBytes(true) }
}

/** Hex of the public key that a chain of this operator names. Not every 32 bytes are a key; those of `beaconSecretKey` are. */
export function beaconPublicKey(secretKey: Uint8Array): string {
  return bytesToHex(bls.getPublicKey(secretKey).toBytes(true))
}

/** A secret key from 48 bytes of randomness, reduced modulo the group's order (FIPS 186-5, A.2.1). */
export function beaconSecretKey(randomBytes: Uint8Array): Uint8Array {
  return bls12_381.utils.randomSecretKey(randomBytes)
}

/** SHA-256 of the round as u64, big-endian. */
function roundMessage(round: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round))
  return sha256(bytes)
}
