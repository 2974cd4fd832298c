import { createCommitmentCheck } from '../../../src/protocol/evidence/commitment-distance.ts'
import type { SegmentFinding } from '../../../src/protocol/evidence/segment-finding.ts'
import { bytesEqual } from '../../../src/protocol/hash.ts'
import type { ClaimScore } from '../../../src/protocol/sampling/token-rule.ts'
import { createRowsHash } from './rows-hash.ts'

/** What a provider claims of one segment; remote, null where it claims nothing. */
export interface SegmentClaim {
  rowsHash: Uint8Array | null
  commitment: Uint8Array | null
}

export interface SegmentCheck {
  /** One output token: the recomputed row that chose it, and what the rule says of the claim. */
  add(row: Float32Array, score: ClaimScore): void
  finding(): SegmentFinding
  /** Of the recomputed rows; the segment takes no more. */
  rowsHash(): Uint8Array
}

/** One segment's rows and tokens against what was claimed of them (protocol.md §4.4). */
export function createSegmentCheck(claim: SegmentClaim): SegmentCheck {
  const hash = createRowsHash()
  const commitment = createCommitmentCheck(claim.commitment)
  const margins: number[] = []
  let digest: Uint8Array | null = null
  const rowsHash = (): Uint8Array => (digest ??= hash.digest())
  let tokens = 0
  let matched = 0
  let notKept = 0
  return {
    add(row, { matches, margin }) {
      hash.add(row)
      commitment.add(row)
      tokens += 1
      if (matches) matched += 1
      else if (margin === null) notKept += 1
      else margins.push(margin)
    },
    finding: () => ({
      rowsEqual: claim.rowsHash !== null && bytesEqual(rowsHash(), claim.rowsHash),
      tokens,
      matched,
      notKept,
      margins,
      commitment: commitment.distance(),
    }),
    rowsHash,
  }
}
