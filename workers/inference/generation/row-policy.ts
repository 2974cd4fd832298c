import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { minimumRows } from './plan-runs.ts'

/** What the rows of a run must be like for the bits that a cell promises. */
export interface RowPolicy {
  /** Tokens are provisional until their segment was run again; else each row is final. */
  replays: boolean
  /** Prompts, checks and replays are runs of their own, cut as protocol.md §4.1 says; else any cut, in any company, gives the same bits. */
  whole: boolean
  /** Rows that a step has at least. */
  stepRows: number
  /** Rows that prompts, checks and replays have at least. */
  readRows: number
}

export interface PolicyFacts {
  /** What the cell promises. */
  promised: Exactness
  /** How this device keeps it: as promised, or a window's by free steps and replays. */
  way: Exactness
  /** Rows that give a prefill's bits, where the decoder itself sees to that. */
  exactRows: number | null
}

export function rowPolicyOf({ promised, way, exactRows }: PolicyFacts): RowPolicy {
  if (way.kind !== 'replay') {
    const rows = exactRows ?? minimumRows(way)
    return { replays: false, whole: false, stepRows: rows, readRows: rows }
  }
  const windowed = promised.kind === 'window'
  const readRows = windowed ? (exactRows ?? minimumRows(promised)) : 1
  return { replays: true, whole: !windowed, stepRows: 1, readRows }
}
