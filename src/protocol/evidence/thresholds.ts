import * as v from 'valibot'
import { bytesToHex, taggedHash } from '../hash.ts'
import { encodeCbor } from '../wire/codec.ts'
import { count } from '../wire/schemas.ts'
import { type CalibrationStatistics, marginClipOf } from './calibration-statistics.ts'
import type { Cell } from './cell.ts'
import { CellClassSchema, cellClassId, cellClassOf } from './cell-class.ts'

/** How far beyond the worst honest segment a limit lies: a maximum of a few thousand segments is not that of all. */
const HONEST_FACTOR = 2

/** Of 128. The last places of the top 128 are taken by equal magnitudes, and a value next to a power of two changes its exponent by any drift. */
const MIN_EXPONENT_LIMIT = 8

/**
 * Last bits of bfloat16, as a mean over 128 values: what half precision does (0.07 in the median segment, 0.16 in the worst of some hundred),
 * with room. In f32 it is 0. Coarser weights begin above: 8 bits in the place of 32 are at 0.4, one other word of a prompt at 0.8.
 */
const MIN_MANTISSA_MEAN_LIMIT = 1 / 4

/** Last bits of bfloat16. Any two kernels may round one value to either of two neighbours. */
const MIN_MANTISSA_MEDIAN_LIMIT = 1

/** Of 32. Honest devices agree on more than 98 % of tokens (arXiv 2511.20621): more than four differ once in 2,600 segments. */
const MIN_TOKEN_LIMIT = 4

/** Of 32. One token may stand on the edge of top-k or top-p, where drift decides whether it is kept. */
const MIN_NOT_KEPT_LIMIT = 1

/** As a share of the clip: as many honest mismatches as above, each at half the clip, since ties are equally likely anywhere below it. */
const MIN_MARGIN_LIMIT_SHARE = MIN_TOKEN_LIMIT / 2 / 32

/** Generous for the pairs that one table names; a bound on its size. */
const MAX_THRESHOLD_PAIRS = 1_024

const limit = v.pipe(v.number(), v.finite(), v.gtValue(0))

/** Limits on the statistics of one segment, in the units of a full one (segment-statistics.ts). What reaches a limit is still honest. */
export const ThresholdsSchema = v.strictObject({
  exponentMismatches: limit,
  mantissaMean: limit,
  mantissaMedian: limit,
  tokenMismatches: limit,
  notKept: limit,
  /** Logits, as `marginClip`: margins are clipped before they are averaged. */
  marginMean: limit,
  marginClip: limit,
})

export type Thresholds = v.InferOutput<typeof ThresholdsSchema>

const ThresholdPairSchema = v.strictObject({
  provider: CellClassSchema,
  checker: CellClassSchema,
  /** Honest segments that the limits stand on. */
  segments: count(Number.MAX_SAFE_INTEGER),
  thresholds: ThresholdsSchema,
})

/** Limits for ordered pairs of cell classes; a pair stands in it once. A pair that is absent is unknown, and unknown is inconclusive. */
export const ThresholdTableSchema = v.strictObject({
  version: v.literal(1),
  pairs: v.pipe(
    v.array(ThresholdPairSchema),
    v.maxLength(MAX_THRESHOLD_PAIRS),
    v.check((pairs) => new Set(pairs.map(pairId)).size === pairs.length, 'a pair has one row'),
  ),
})

export type ThresholdTable = v.InferOutput<typeof ThresholdTableSchema>

/** Hex; a verdict names the table that it was reached by. */
export function thresholdsVersionOf(table: ThresholdTable): string {
  return bytesToHex(taggedHash('thresholds', encodeCbor(table)))
}

/**
 * The limits that honest segments justify: for each statistic twice their worst, and at least its floor.
 *
 * @internal What `npm run calibrate` makes the page's table with.
 */
export function thresholdsOf(statistics: CalibrationStatistics): Thresholds {
  const above = (floor: number, { max }: { max: number }) => Math.max(floor, HONEST_FACTOR * max)
  const marginClip = marginClipOf(statistics.marginP999)
  return {
    exponentMismatches: above(MIN_EXPONENT_LIMIT, statistics.exponentMismatches),
    mantissaMean: above(MIN_MANTISSA_MEAN_LIMIT, statistics.mantissaMean),
    mantissaMedian: above(MIN_MANTISSA_MEDIAN_LIMIT, statistics.mantissaMedian),
    tokenMismatches: above(MIN_TOKEN_LIMIT, statistics.tokenMismatches),
    notKept: above(MIN_NOT_KEPT_LIMIT, statistics.notKept),
    marginMean: above(MIN_MARGIN_LIMIT_SHARE * marginClip, statistics.marginMean),
    marginClip,
  }
}

/** The limits of this ordered pair of cells; null when nobody calibrated it. */
export function findThresholds(table: ThresholdTable, provider: Cell, checker: Cell): Thresholds | null {
  const id = pairId({ provider: cellClassOf(provider), checker: cellClassOf(checker) })
  return table.pairs.find((pair) => pairId(pair) === id)?.thresholds ?? null
}

function pairId({
  provider,
  checker,
}: Pick<v.InferOutput<typeof ThresholdPairSchema>, 'provider' | 'checker'>): string {
  return cellClassId(provider) + cellClassId(checker)
}
