import { describe, expect, it } from 'vitest'
import type { ClaimScore } from '../../../../../src/protocol/sampling/token-rule.ts'
import { createSegmentCheck, type SegmentClaim } from '../../../../../workers/inference/generation/segment-check.ts'
import { createSegmentEvidence } from '../../../../../workers/inference/generation/segment-evidence.ts'
import { sineRow } from './sine-row.ts'

const HIDDEN = 192
const MATCH: ClaimScore = { chosen: 3, matches: true, margin: 0 }
const ROWS = Array.from({ length: 32 }, (_, i) => sineRow(HIDDEN, i))

function claimOf(rows: Float32Array[]): SegmentClaim {
  const evidence = createSegmentEvidence()
  for (const row of rows) evidence.add(row)
  return evidence.digest()
}

function findingOf(claim: SegmentClaim, scores: readonly ClaimScore[] = ROWS.map(() => MATCH), rows = ROWS) {
  const check = createSegmentCheck(claim)
  for (const [i, score] of scores.entries()) check.add(rows[i] ?? expect.unreachable(), score)
  return check.finding()
}

describe('one segment against its claim', () => {
  it('of the same rows is equal, and no distance away', () => {
    expect(findingOf(claimOf(ROWS))).toEqual({
      rowsEqual: true,
      tokens: 32,
      matched: 32,
      notKept: 0,
      margins: [],
      commitment: { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 },
    })
  })

  it('of rows that differ in the last digits is unequal, and near', () => {
    const near = ROWS.map((row) => row.map((value) => value * (1 + 1e-5)))
    const { rowsEqual, commitment } = findingOf(claimOf(near))
    expect(rowsEqual).toBe(false)
    expect(commitment?.exponentMismatches).toBeLessThanOrEqual(2)
    expect(commitment?.mantissaMean).toBeLessThan(0.1)
  })

  it('of other rows is far', () => {
    const other = ROWS.map((_, i) => sineRow(HIDDEN, i + 100))
    expect(findingOf(claimOf(other)).commitment?.exponentMismatches).toBeGreaterThan(64)
  })

  it('counts each token once: matched, outside the kept set, or with its margin, in order', () => {
    const off = (margin: number | null): ClaimScore => ({ chosen: 3, matches: false, margin })
    const finding = findingOf(claimOf(ROWS), [off(0.5), MATCH, off(null), off(0.25), MATCH])
    expect(finding).toMatchObject({ tokens: 5, matched: 2, notKept: 1, margins: [0.5, 0.25] })
  })

  it('without a hash is never equal, and without a readable commitment has no distance', () => {
    const { rowsHash, commitment } = claimOf(ROWS)
    expect(findingOf({ rowsHash: null, commitment }).rowsEqual).toBe(false)
    expect(findingOf({ rowsHash, commitment: null }).commitment).toBeNull()
    expect(findingOf({ rowsHash, commitment: new Uint8Array(258) }).commitment).toBeNull()
    expect(findingOf({ rowsHash, commitment: new Uint8Array(3) })).toMatchObject({ rowsEqual: true, commitment: null })
  })
})
