import type { ResidentRow } from '../session/slot-decoder.ts'
import type { Strand } from './strand.ts'

export interface AheadTerms {
  maxSteps: number
  contextTokens: number
  /** Rows of a step. */
  rows: number
}

export interface AheadPlan {
  rows: ResidentRow[]
  steps: number
}

/**
 * Steps that the device does on its own for strands of which each is about to write. As many as the longest can use: what another does not
 * need is computed beside it anyway, and dropped. Null when a strand has too few ids for a step, or no room.
 */
export function planAhead(seated: readonly { strand: Strand; slot: number }[], terms: AheadTerms): AheadPlan | null {
  const rows: ResidentRow[] = []
  let useful = 0
  let possible = terms.maxSteps
  for (const { strand, slot } of seated) {
    const { inputs, writing } = strand
    if (writing === null || inputs.length < terms.rows) return null
    const start = inputs.length - terms.rows
    const { sampler, noise, position } = writing
    rows.push({ slot, start, ids: inputs.slice(start), sampler, noise, position })
    useful = Math.max(useful, writing.room())
    possible = Math.min(possible, terms.contextTokens - inputs.length + 1)
  }
  const steps = Math.min(useful, possible)
  return steps < 2 ? null : { rows, steps }
}

/** How far to let the device run: twice as far after agreement, half as far after a guess that was wrong. */
export function nextReach(reach: number, agreed: boolean, maxSteps: number): number {
  return agreed ? Math.min(maxSteps, reach * 2) : Math.max(2, Math.floor(reach / 2))
}
