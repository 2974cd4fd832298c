import { describe, expect, it } from 'vitest'
import { createRowsCommitment } from '../../../../../src/protocol/evidence/activation-commitment.ts'
import { createRowsHash } from '../../../../../workers/inference/generation/rows-hash.ts'
import { createSegmentEvidence } from '../../../../../workers/inference/generation/segment-evidence.ts'
import { sineRow } from './sine-row.ts'

describe('what a segment says of its rows', () => {
  it('is their hash and their commitment, of the same rows in the same order', () => {
    const evidence = createSegmentEvidence()
    const hash = createRowsHash()
    const commitment = createRowsCommitment()
    for (let i = 0; i < 5; i++) {
      for (const part of [evidence, hash, commitment]) part.add(sineRow(64, i))
    }
    expect(evidence.digest()).toEqual({ rowsHash: hash.digest(), commitment: commitment.digest() })
  })

  it('changes both with any row', () => {
    const of = (start: number) => {
      const evidence = createSegmentEvidence()
      evidence.add(sineRow(192, start))
      return evidence.digest()
    }
    expect(of(1).rowsHash).not.toEqual(of(2).rowsHash)
    expect(of(1).commitment).not.toEqual(of(2).commitment)
  })
})
