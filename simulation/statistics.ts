import * as v from 'valibot'
import type { SeededNumbers } from './seeded-numbers.ts'

const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

/** Quantiles as [probability, score], both ascending, from probability 0 to 1; linear between them. */
const QuantilesSchema = v.pipe(
  v.array(v.tuple([Share, v.pipe(v.number(), v.finite(), v.minValue(0))])),
  v.check((points) => {
    return points[0]?.[0] === 0 && points.at(-1)?.[0] === 1 && points.every((point, i) => isAfter(point, points[i - 1]))
  }, 'expected ascending quantiles from 0 to 1'),
)

/** What the engine is to the simulation: distributions of segment scores (`scoreSegment`), and what cheating saves. */
export const StatisticsSchema = v.strictObject({
  version: v.literal(1),
  /** Where the numbers come from. */
  source: v.string(),
  segmentsPerAnswer: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Cost of one check, as a share of what the job pays. */
  checkShare: Share,
  /** Probability that a verifier's memory flips in one check, and its recomputation is wrong. */
  flipRate: Share,
  honestPairs: v.pipe(v.array(v.strictObject({ pair: v.string(), scores: QuantilesSchema })), v.minLength(1)),
  cheats: v.record(
    v.string(),
    v.strictObject({
      /** As a share of what the job pays. */
      saved: Share,
      /** What a checker of the same exact cell finds unequal. */
      differsIn: v.picklist(['rows', 'tokens']),
      /** What a checker of another cell finds. */
      scores: QuantilesSchema,
    }),
  ),
})
export type Statistics = v.InferOutput<typeof StatisticsSchema>
type Quantiles = v.InferOutput<typeof QuantilesSchema>

/** One draw from the distribution. */
export function sampleScore(quantiles: Quantiles, numbers: SeededNumbers): number {
  const at = numbers.uniform()
  const next = quantiles.findIndex(([probability]) => probability > at)
  const [p1, s1] = quantiles[next] as [number, number]
  const [p0, s0] = quantiles[next - 1] as [number, number]
  return s0 + ((at - p0) / (p1 - p0)) * (s1 - s0)
}

function isAfter(point: readonly [number, number], before: readonly [number, number] | undefined): boolean {
  return before === undefined || (point[0] > before[0] && point[1] >= before[1])
}
