import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../../../src/protocol/evidence/check-report.ts'
import { type Locus, type LocusLeg, locusChain, segmentsSoFar } from '../../../src/stores/index.ts'
import { segmentFindings } from '../../doubles/sample-findings.ts'

const CELL = {} as LocusLeg['cell']

function leg(firstToken: number, tokens: number): LocusLeg {
  return { peerId: `p${firstToken}`, providerKey: '', cell: CELL, connection: null, firstToken, tokens, receipt: true }
}

function locus(legs: LocusLeg[], report: Partial<CheckReport> | null): Locus {
  const full = {
    exactPair: true,
    firstTokenMismatch: null,
    segments: segmentFindings(true, true, true),
    ...report,
  } as CheckReport
  return {
    jobId: '',
    legs,
    checkedBy: { kind: 'this-device', cell: CELL },
    own: { verdict: 'pass' },
    verdict: { verdict: 'pass' },
    settledBy: 'own-equality',
    audits: [],
    auditNote: null,
    stakeNote: null,
    report: report === null ? null : full,
  }
}

function marks(of: Locus) {
  return locusChain(of).map((link) => link.segments)
}

describe('the chain of a locus', () => {
  it('gives each provider the segments that it computed', () => {
    const legs = [leg(0, 64), leg(64, 20)]
    expect(marks(locus(legs, { segments: segmentFindings(true, false, true) }))).toEqual([
      ['same', 'different'],
      ['same'],
    ])
  })

  it('marks the segment of the first wrong token although its rows are equal', () => {
    expect(marks(locus([leg(0, 96)], { firstTokenMismatch: 40 }))).toEqual([['same', 'different', 'same']])
  })

  it('claims nothing of segments that were compared across cells', () => {
    const across = { exactPair: false, segments: segmentFindings(false, true), firstTokenMismatch: 3 }
    const own = { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '' } as const
    expect(marks({ ...locus([leg(0, 64)], across), own })).toEqual([['unsure', 'unsure']])
  })

  it('says within limits where a pair of cells has them, and beyond only of the segment that a failure names', () => {
    const across = locus([leg(0, 96)], { exactPair: false })
    expect(marks(across)).toEqual([['within', 'within', 'within']])
    const own = { verdict: 'fail', reason: 'check/margins', segment: 1, statistic: '' } as const
    expect(marks({ ...across, own })).toEqual([['unsure', 'beyond', 'unsure']])
  })

  it('claims nothing of segments that nobody re-computed', () => {
    expect(marks(locus([leg(0, 33)], null))).toEqual([['unchecked', 'unchecked']])
    const unreported = locus([leg(0, 64)], { segments: segmentFindings(true) })
    expect(marks(unreported)).toEqual([['same', 'unchecked']])
    expect(marks({ ...unreported, checkedBy: { kind: 'nobody', reason: 'r' } })).toEqual([['unchecked', 'unchecked']])
  })

  it('shows, while an answer is written, what is committed and what may still come', () => {
    expect(segmentsSoFar(32, 96)).toEqual(['unchecked', 'pending', 'pending'])
    expect(segmentsSoFar(0, 33)).toEqual(['pending', 'pending'])
  })
})
