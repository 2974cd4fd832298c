import { createSHA256, type IHasher } from 'hash-wasm'
import { sha256 } from '../../../src/protocol/hash.ts'

/** SHA-256 over final-norm rows, added in order (protocol.md §4). */
export interface RowsHash {
  add(row: Float32Array): void
  digest(): Uint8Array
}

/** In plain code a segment's hash takes a third of a millisecond in Chromium, as much as everything else about its evidence; compiled, a quarter of that. */
let compiled: IHasher | null = null

/** Until it resolves, and where it cannot be had, hashes are computed in plain code: later, and the same. */
export async function prepareRowsHash(): Promise<void> {
  compiled ??= await createSHA256().catch(() => null)
}

/** The bytes are the rows' f32 in little-endian order, which is the order of every platform that runs WebAssembly in a browser today. */
export function createRowsHash(): RowsHash {
  const rows: Uint8Array[] = []
  let length = 0
  return {
    add(row) {
      // Rows are views of what the next step overwrites.
      rows.push(new Uint8Array(row.buffer, row.byteOffset, row.byteLength).slice())
      length += row.byteLength
    },
    digest() {
      const bytes = new Uint8Array(length)
      let at = 0
      for (const row of rows) {
        bytes.set(row, at)
        at += row.length
      }
      return compiled === null ? sha256(bytes) : compiled.init().update(bytes).digest('binary')
    },
  }
}
