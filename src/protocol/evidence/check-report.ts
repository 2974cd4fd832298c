import * as v from 'valibot'
import { MAX_AUDITS, MAX_DRAWN_VERIFIERS, MAX_OUTPUT_TOKENS, SEGMENT_TOKENS } from '../limits.ts'
import { PROBES } from '../selection/probe-positions.ts'
import { Bytes32, count, TokenId } from '../wire/schemas.ts'
import { SegmentFindingSchema } from './segment-finding.ts'

const MAX_SEGMENTS = MAX_OUTPUT_TOKENS / SEGMENT_TOKENS

/** What one prefill over prompt and answer found (protocol.md §4). Numbers only: `judge.ts` turns them into a verdict. */
export const CheckReportSchema = v.strictObject({
  /** Whether provider and checker are of one exact cell, so that equality is owed. */
  exactPair: v.boolean(),
  tokens: count(MAX_OUTPUT_TOKENS),
  /** Tokens that the rule of protocol.md §3 chooses again. */
  tokensMatched: count(MAX_OUTPUT_TOKENS),
  /** Output position of the first token that the rule does not choose; null when all match. */
  firstTokenMismatch: v.nullable(count(MAX_OUTPUT_TOKENS)),
  /** What the rule chooses there; null also where the row holds no number. */
  firstChosen: v.nullable(TokenId),
  /** Claimed tokens that are outside the kept set of top-k and top-p: an outcome of its own, since they have no margin. */
  tokensNotKept: count(MAX_OUTPUT_TOKENS),
  /** Mean and maximum of `max(z + T·g) − (z + T·g)[claimed]` over claimed tokens inside the kept set. */
  meanMargin: v.pipe(v.number(), v.minValue(0)),
  maxMargin: v.pipe(v.number(), v.minValue(0)),
  /** What was found in each segment of 32 tokens, in order. */
  segments: v.pipe(v.array(SegmentFindingSchema), v.maxLength(MAX_SEGMENTS)),
  /**
   * The first segment whose rows differ, and what they hash to here: honest checkers of one cell find the same, so that whoever accuses an
   * innocent must agree with them on it.
   */
  firstDifference: v.nullable(v.strictObject({ segment: count(MAX_SEGMENTS), rowsHash: Bytes32 })),
  /** f32 values of the recomputed rows at the positions that were asked for, in that order. */
  probes: v.pipe(v.array(v.pipe(v.number(), v.finite())), v.maxLength(PROBES * MAX_DRAWN_VERIFIERS * MAX_AUDITS)),
  elapsedMs: v.pipe(v.number(), v.minValue(0)),
})

export type CheckReport = v.InferOutput<typeof CheckReportSchema>

/** How many segments' rows came out bit for bit as claimed. */
export function segmentsEqualIn({ segments }: CheckReport): number {
  return segments.filter(({ rowsEqual }) => rowsEqual).length
}
