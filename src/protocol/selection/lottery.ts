import { bytesToHex, taggedHash } from '../hash.ts'

/** Audit rates are integers in millionths, so that every party compares with the same number. */
export const CERTAIN = 1_000_000

/**
 * Whether the beacon draws this receipt for an audit (protocol.md §4): H('lottery', randomness, receiptHash), read as a 256-bit
 * big-endian integer, is below rate · 2²⁵⁶. Exact: rate 0 audits nothing, rate 1,000,000 everything. Both hashes are 32 bytes.
 */
export function isAudited(randomness: Uint8Array, receiptHash: Uint8Array, rate: number): boolean {
  const ticket = BigInt(`0x${bytesToHex(taggedHash('lottery', randomness, receiptHash))}`)
  return ticket * BigInt(CERTAIN) < BigInt(rate) << 256n
}
