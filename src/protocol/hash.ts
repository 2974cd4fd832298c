import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

export { bytesToHex, concatBytes, hexToBytes, sha256 }

/** Big-endian, so that bytes sort as numbers do. */
export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/**
 * SHA-256 in a domain of its own: no two purposes share an input space (protocol.md §1.1).
 * `locus/1/<purpose>` ‖ 0x00 ‖ parts. Every caller's parts have fixed lengths, or a length before them.
 */
export function taggedHash(purpose: string, ...parts: Uint8Array[]): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`locus/1/${purpose}`), Uint8Array.of(0), ...parts))
}

/** `taggedHash` for many last parts after the same first ones, which are hashed once: a draw is four times as fast. */
export function taggedHasher(purpose: string, ...parts: Uint8Array[]): (last: Uint8Array) => Uint8Array {
  const begun = sha256.create().update(concatBytes(utf8ToBytes(`locus/1/${purpose}`), Uint8Array.of(0), ...parts))
  const scratch = begun.clone()
  return (last) => begun._cloneInto(scratch).update(last).digest()
}

/** Token ids as big-endian u32, preceded by their count. */
export function idsToBytes(ids: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * (1 + ids.length))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, ids.length)
  for (let i = 0; i < ids.length; i++) view.setUint32(4 * (i + 1), ids[i] as number)
  return bytes
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
