import { createRowsCommitment } from '../../../src/protocol/evidence/activation-commitment.ts'
import { createRowsHash } from './rows-hash.ts'

/** What a segment says of its rows: their bits for checkers of the same cell, their largest values for all others (protocol.md §4). */
export interface SegmentEvidence {
  rowsHash: Uint8Array
  commitment: Uint8Array
}

export interface EvidenceBuilder {
  /** Rows in order. */
  add(row: Float32Array): void
  digest(): SegmentEvidence
}

export function createSegmentEvidence(): EvidenceBuilder {
  const hash = createRowsHash()
  const commitment = createRowsCommitment()
  return {
    add(row) {
      hash.add(row)
      commitment.add(row)
    },
    digest: () => ({ rowsHash: hash.digest(), commitment: commitment.digest() }),
  }
}
