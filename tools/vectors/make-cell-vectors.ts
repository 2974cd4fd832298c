/**
 * Writes test/vectors/cell.json: cells, their deterministic CBOR and the ids of them and of their classes, computed from docs/protocol.md by
 * other code than the protocol's own. The output is committed and only changes when the protocol does.
 */
import { writeFile } from 'node:fs/promises'
import { deterministicCbor } from './deterministic-cbor.ts'
import { taggedSha256 } from './tagged-sha256.ts'
import { VECTOR_CELLS } from './vector-cells.ts'

const cells = VECTOR_CELLS.map(({ name, cell }) => {
  const cbor = deterministicCbor(cell)
  const { prefillChunk: _, exactness: __, graphHash: ___, ...cellClass } = cell
  const cellClassId = hex(taggedSha256('cell-class', deterministicCbor(cellClass)))
  return { name, cell, cbor: hex(cbor), cellId: hex(taggedSha256('cell', cbor)), cellClassId }
})
await writeFile(new URL('../../test/vectors/cell.json', import.meta.url), `${JSON.stringify({ cells }, null, 2)}\n`)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
