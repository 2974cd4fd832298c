import { seedOf } from '../protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../protocol/receipt/bundle.ts'
import type { JobTerms } from './request-leg.ts'

/** The terms for whoever goes on after these legs. */
export function resume(terms: JobTerms, legs: Leg[]): JobTerms {
  const [first] = legs
  if (first === undefined) return terms
  const carriedSeed = seedOf(first.request, first.accept, first.requesterShare)
  return { ...terms, resumedIds: outputIdsOf(legs), carriedSeed }
}

/** The evidence as it stands, whether its last leg has a receipt yet or not. */
export function bundleOf(legs: Leg[]): Bundle {
  return { version: 2, kind: 'locus-evidence', legs, audits: [] }
}

export function outputIdsOf(legs: Leg[]): number[] {
  return bundleOutputIds(bundleOf(legs))
}

/**
 * A lost leg keeps whole segments only, since the next provider starts at a boundary, and never all of the answer: somebody must
 * still sign a receipt. Null when nothing is left.
 */
export function wholeSegments(leg: Leg): Leg | null {
  const segments = leg.segments.filter((segment) => {
    const end = (segment.index + 1) * SEGMENT_TOKENS
    const isLast = segment.ids.some((id) => leg.request.stopIds.includes(id))
    return segment.ids.length === SEGMENT_TOKENS && end < leg.request.maxTokens && !isLast
  })
  return segments.length === 0 ? null : { ...leg, segments }
}
