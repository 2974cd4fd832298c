import type { SegmentFinding } from '../../src/protocol/evidence/segment-finding.ts'

/** What an honest full segment of the checker's own cell looks like. */
export function segmentFinding(changes: Partial<SegmentFinding> = {}): SegmentFinding {
  const commitment = { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 }
  return { rowsEqual: true, tokens: 32, matched: 32, notKept: 0, margins: [], commitment, ...changes }
}

/** Full segments of which the rows are equal or not, and nothing else is wrong. */
export function segmentFindings(...rowsEqual: boolean[]): SegmentFinding[] {
  return rowsEqual.map((equal) => segmentFinding({ rowsEqual: equal }))
}
