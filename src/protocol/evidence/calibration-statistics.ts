import * as v from 'valibot'
import { SEGMENT_TOKENS } from '../limits.ts'
import { count } from '../wire/schemas.ts'
import { descending, perMilleOf, quantilesOf, quantilesUpTo } from './quantiles.ts'
import type { SegmentFinding } from './segment-finding.ts'
import { segmentStatistics } from './segment-statistics.ts'
import { COMMITMENT_POINTS } from './top-values.ts'

/** Far more than a device measures in a day; a bound, so that sums stay exact. */
const MAX_CALIBRATION_SEGMENTS = 10_000_000

/** Logits. Margins beyond it are no drift of honest kernels but a broken device. */
const MAX_MARGIN = 1_000

/**
 * Where the clip of margins begins, in logits, however few margins were measured: two logits near 16 that are rounded to bfloat16 (steps of
 * 1/16 there, each off by at most half of one) can change places at a margin of 1/16.
 */
const MIN_MARGIN_CLIP = 1 / 16

/** What honest segments of one pair of cell classes look like, in the units of full segments (segment-statistics.ts). */
export const CalibrationStatisticsSchema = v.pipe(
  v.strictObject({
    segments: v.pipe(count(MAX_CALIBRATION_SEGMENTS), v.minValue(1)),
    /** Segments with a readable commitment: what the three drifts are quantiles of. */
    committed: v.pipe(count(MAX_CALIBRATION_SEGMENTS), v.minValue(1)),
    tokens: count(MAX_CALIBRATION_SEGMENTS * SEGMENT_TOKENS),
    exponentMismatches: quantilesUpTo(COMMITMENT_POINTS),
    mantissaMean: quantilesUpTo(COMMITMENT_POINTS),
    mantissaMedian: quantilesUpTo(COMMITMENT_POINTS),
    tokenMismatches: quantilesUpTo(SEGMENT_TOKENS),
    notKept: quantilesUpTo(SEGMENT_TOKENS),
    /** Logits: the 99.9th percentile of all tokens' margins, those of matched tokens being 0. */
    marginP999: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_MARGIN)),
    /** Logits: per segment, with margins clipped at `marginClipOf(marginP999)`. */
    marginMean: quantilesUpTo(MAX_MARGIN),
  }),
  v.check(({ segments, committed }) => committed <= segments, 'no more commitments than segments'),
  v.check(({ segments, tokens }) => tokens <= segments * SEGMENT_TOKENS, 'no more tokens than fit the segments'),
)

export type CalibrationStatistics = v.InferOutput<typeof CalibrationStatisticsSchema>

/** Where margins are clipped, in logits, so that one honest outlier does not hide a run of small ones (Token-DiFR, arXiv 2511.20621). */
export function marginClipOf(marginP999: number): number {
  return Math.max(MIN_MARGIN_CLIP, marginP999)
}

/** Statistics of findings between two honest devices; at least one. */
export function summariseFindings(findings: readonly SegmentFinding[]): CalibrationStatistics {
  const tokens = findings.reduce((sum, finding) => sum + finding.tokens, 0)
  const margins = descending(findings.flatMap((finding) => finding.margins))
  const marginP999 = perMilleOf(margins, tokens, 999)
  const segments = findings.map((finding) => segmentStatistics(finding, marginClipOf(marginP999)))
  const drifts = segments.flatMap(({ drift }) => (drift === null ? [] : [drift]))
  return {
    segments: findings.length,
    committed: drifts.length,
    tokens,
    exponentMismatches: quantilesOf(drifts.map((drift) => drift.exponentMismatches)),
    mantissaMean: quantilesOf(drifts.map((drift) => drift.mantissaMean)),
    mantissaMedian: quantilesOf(drifts.map((drift) => drift.mantissaMedian)),
    tokenMismatches: quantilesOf(segments.map((segment) => segment.tokenMismatches)),
    notKept: quantilesOf(segments.map((segment) => segment.notKept)),
    marginP999,
    marginMean: quantilesOf(segments.map((segment) => segment.marginMean)),
  }
}
