import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { minimumRows } from './plan-runs.ts'

/** What the rows of a run must be like for the bits that a cell promises. */
export interface RowPolicy {
  /**
   * Tokens are provisional until their segment was run again; prompts, checks and replays are runs of their own, cut as protocol.md §4.1
   * says. Else each row is final, and any cut, in any company, gives the same bits.
   */
  replays: boolean
  /** Rows that a feed has at least. */
  stepRows: number
}

/** `exactRows`: rows that give a prefill's bits, where the decoder itself sees to that. */
export function rowPolicyOf(promised: Exactness, exactRows: number | null): RowPolicy {
  if (promised.kind === 'replay') return { replays: true, stepRows: 1 }
  return { replays: false, stepRows: exactRows ?? minimumRows(promised) }
}
