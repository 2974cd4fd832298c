import * as v from 'valibot'
import { SEGMENT_TOKENS } from '../limits.ts'
import { count } from '../wire/schemas.ts'
import { CommitmentDistanceSchema } from './commitment-distance.ts'

/** What a checker's prefill found in one segment. Numbers only: thresholds and verdicts come later, so that they can change. */
export const SegmentFindingSchema = v.pipe(
  v.strictObject({
    /** Whether the checker's rows have the claimed hash. */
    rowsEqual: v.boolean(),
    tokens: count(SEGMENT_TOKENS),
    /** Tokens that the rule of protocol.md §3 chooses again. */
    matched: count(SEGMENT_TOKENS),
    /** Tokens outside the kept set of top-k and top-p: they have no margin. */
    notKept: count(SEGMENT_TOKENS),
    /** Of the other tokens, in order: `max(z + T·g) − (z + T·g)[claimed]`, in logits. */
    margins: v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.maxLength(SEGMENT_TOKENS)),
    /** Null when the segment carries no readable commitment. */
    commitment: v.nullable(CommitmentDistanceSchema),
  }),
  v.check(
    ({ tokens, matched, notKept, margins }) => matched + notKept + margins.length === tokens,
    'every token is matched, not kept, or has a margin',
  ),
)

export type SegmentFinding = v.InferOutput<typeof SegmentFindingSchema>
