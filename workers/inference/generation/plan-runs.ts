import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'

/** Input positions `start` (included) to `end` (not included) that are fed in one run. */
export interface Run {
  start: number
  end: number
}

/** The part of a cell that decides which runs give its bits. */
export interface RunShape {
  exactness: Exactness
  prefillChunk: number
}

/**
 * How provider and checker cut the inputs `from` … `to` into runs (protocol.md §4). Input `promptLength − 1 + i` is the one whose row
 * chooses output i. With a window every cut gives the same bits; a replay's bits may depend on the cut, so it follows the
 * segments: first the prompt without its last id, then one run per segment, each at most `prefillChunk` long.
 */
export function planRuns(shape: RunShape, promptLength: number, from: number, to: number): Run[] {
  const runs: Run[] = []
  const answersFrom = promptLength - 1
  for (let start = from; start < to; ) {
    const end = Math.min(to, start + shape.prefillChunk, blockEnd(shape, answersFrom, start))
    runs.push({ start, end })
    start = end
  }
  return runs
}

function blockEnd(shape: RunShape, answersFrom: number, start: number): number {
  if (shape.exactness.kind !== 'replay') return Number.POSITIVE_INFINITY
  if (start < answersFrom) return answersFrom
  return start + SEGMENT_TOKENS - ((start - answersFrom) % SEGMENT_TOKENS)
}

/** Rows that every run has at least. */
export function minimumRows(exactness: Exactness): number {
  return exactness.kind === 'window' ? exactness.rows : 1
}
