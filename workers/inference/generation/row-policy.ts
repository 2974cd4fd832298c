import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { minimumRows } from './plan-runs.ts'

/** What the rows of a run must be like for the bits that a cell promises. */
export interface RowPolicy {
  /** Tokens are provisional until their segment was run again; else each row is final. */
  replays: boolean
  /** Prompts, checks and replays are runs of their own, cut as protocol.md §4.1 says; else any cut, in any company, gives the same bits. */
  whole: boolean
  /** Rows that a feed has at least. */
  stepRows: number
}

/** `exactRows`: rows that give a prefill's bits, where the decoder itself sees to that. */
export function rowPolicyOf(promised: Exactness, exactRows: number | null): RowPolicy {
  if (promised.kind === 'replay') return { replays: true, whole: true, stepRows: 1 }
  return { replays: false, whole: false, stepRows: exactRows ?? minimumRows(promised) }
}
