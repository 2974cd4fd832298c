import type { Feed } from '../session/slot-decoder.ts'
import type { Part } from './strand.ts'

/** Fed only to fill a feed up; nothing after it ever attends to it. */
const FILLER_ID = 0

export interface FeedShape {
  slot: number
  /** Rows that the feed has at least. */
  rows: number
  /** Rows are wanted from this input position on, drafts included. */
  wantedFrom: number
  /** Whether ids before the part may be fed again: only where every cut gives the same bits. */
  refeed: boolean
}

/**
 * The feed of one part. A shorter one is filled up to `rows` with the ids before it, fed again (protocol.md §4), or, where there are none
 * or they must stay as they are, with filler after it, which is forgotten at once.
 */
export function buildFeed(inputs: readonly number[], part: Part, shape: FeedShape): Feed {
  const { start, end, drafts } = part
  const known = end - start + drafts.length
  const missing = Math.max(0, shape.rows - known)
  const again = shape.refeed ? Math.min(missing, start) : 0
  const filler = new Array<number>(missing - again).fill(FILLER_ID)
  const first = Math.max(start, shape.wantedFrom)
  return {
    slot: shape.slot,
    start: start - again,
    ids: [...inputs.slice(start - again, end), ...drafts, ...filler],
    wantedFrom: first >= end ? 0 : again + first - start,
    wantedCount: first >= end ? 0 : known - (first - start),
  }
}
