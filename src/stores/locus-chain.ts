import type { Locus, LocusLeg } from '../participant/events.ts'
import type { Verdict } from '../protocol/evidence/judge.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'

/**
 * `pending`: not written yet. `unchecked`: committed, but nobody re-computed it. Re-computed in another cell, where no bits can be compared:
 * `within` and `beyond` the limits of the two cells, `unsure` where there are none.
 */
export type SegmentMark = 'same' | 'different' | 'within' | 'beyond' | 'unsure' | 'unchecked' | 'pending'

export interface ChainLink {
  leg: LocusLeg
  segments: SegmentMark[]
}

/** The chain from those who computed to the one who checked: each leg with one mark for each of its segments. */
export function locusChain(locus: Locus): ChainLink[] {
  let next = 0
  return locus.legs.map((leg) => {
    const first = next
    next += Math.ceil(leg.tokens / SEGMENT_TOKENS)
    return { leg, segments: Array.from({ length: next - first }, (_, i) => markOf(locus, first + i)) }
  })
}

/** An answer while it is written: what its provider has committed, and what may still come. */
export function segmentsSoFar(committedTokens: number, maxTokens: number): SegmentMark[] {
  const committed = Math.ceil(committedTokens / SEGMENT_TOKENS)
  const all = Math.max(committed, Math.ceil(maxTokens / SEGMENT_TOKENS))
  return Array.from({ length: all }, (_, i) => (i < committed ? 'unchecked' : 'pending'))
}

function markOf({ report, checkedBy, own }: Locus, segment: number): SegmentMark {
  if (report === null || checkedBy.kind === 'nobody') return 'unchecked'
  if (!report.exactPair) return markByLimits(own, segment)
  if (firstWrongSegment(report.firstTokenMismatch) === segment) return 'different'
  const found = report.segments[segment]
  if (found === undefined) return 'unchecked'
  return found.rowsEqual ? 'same' : 'different'
}

/** A failure names the first segment beyond the limits; those after it were not judged. */
function markByLimits(own: Verdict, segment: number): SegmentMark {
  if (own.verdict === 'pass') return 'within'
  return own.verdict === 'fail' && own.segment === segment ? 'beyond' : 'unsure'
}

function firstWrongSegment(firstTokenMismatch: number | null): number | null {
  return firstTokenMismatch === null ? null : Math.floor(firstTokenMismatch / SEGMENT_TOKENS)
}
