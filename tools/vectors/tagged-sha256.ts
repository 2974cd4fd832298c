import { createHash } from 'node:crypto'

/**
 * docs/protocol.md §1.1 a second time, from its text and with another library, so that the vectors check the implementation instead
 * of repeating it.
 */
export function taggedSha256(purpose: string, ...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256').update(`locus/1/${purpose}\0`, 'utf8')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

export function bigEndian32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return new Uint8Array(bytes)
}

/** `ids(…)` of docs/protocol.md §1.1: count, then every id. */
export function countedIds(ids: readonly number[]): Uint8Array {
  return new Uint8Array(Buffer.concat([ids.length, ...ids].map(bigEndian32)))
}
