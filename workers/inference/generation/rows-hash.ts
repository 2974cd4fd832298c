import { sha256 } from '../../../src/protocol/hash.ts'

/** SHA-256 over final-norm rows, added in order (protocol.md §4). */
export interface RowsHash {
  add(row: Float32Array): void
  digest(): Uint8Array
}

/** The bytes are the rows' f32 in little-endian order, which is the order of every platform that runs WebAssembly in a browser today. */
export function createRowsHash(): RowsHash {
  const hash = sha256.create()
  return {
    add: (row) => {
      hash.update(new Uint8Array(row.buffer, row.byteOffset, row.byteLength))
    },
    digest: () => hash.digest(),
  }
}
