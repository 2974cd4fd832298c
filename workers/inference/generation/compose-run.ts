import type { SlotDecoder } from '../session/slot-decoder.ts'
import type { RunShape } from './plan-runs.ts'
import type { RowPolicy } from './row-policy.ts'
import type { Wish } from './strand.ts'

export interface Candidate {
  wish: Wish
  /** Number of the run that fed it last. */
  lastRun: number
}

export interface RunTerms {
  packing: SlotDecoder['packing']
  shape: RunShape
  policy: RowPolicy
  /** Rows of prompts and checks that one run carries, or that come between two steps, while somebody writes. */
  busyReadRows: number
  /** Number of the last run that held up those who write: a read or a replay by itself. */
  lastReadRun: number
}

/** Which candidates the next run feeds, by index. Reads end at `end`, which their wish may exceed. */
export interface Composition {
  steps: number[]
  reads: { candidate: number; end: number }[]
}

/**
 * Picks the next run. Where feeds of any length share a run, everybody who writes is in every run, and reads fill it up. Elsewhere reads
 * go alone, one between two steps, so that whoever writes waits for one other run at most; where nothing is shared, for everybody's
 * turn and one read. Among reads it is each in turn, replays first: they hold up somebody who writes.
 */
export function composeRun(candidates: readonly Candidate[], terms: RunTerms): Composition {
  const { packing, shape, policy } = terms
  const order = [...candidates.keys()].toSorted((a, b) => lastRunOf(a) - lastRunOf(b))
  const steps = order.filter((i) => candidates[i]?.wish.kind === 'step')
  // Replays hold up somebody who writes.
  const reads = [
    ...order.filter((i) => candidates[i]?.wish.kind === 'replay'),
    ...order.filter((i) => candidates[i]?.wish.kind === 'read'),
  ]
  const readRows = steps.length === 0 ? shape.prefillChunk : Math.min(shape.prefillChunk, terms.busyReadRows)

  function lastRunOf(i: number): number {
    return candidates[i]?.lastRun ?? 0
  }

  if (packing === 'mixed' && !policy.replays) {
    const room = Math.min(readRows, Math.max(policy.stepRows, shape.prefillChunk - steps.length * policy.stepRows))
    return { steps, reads: share(candidates, reads, room, policy.stepRows) }
  }
  const [alone] = reads
  const wish = alone === undefined ? undefined : candidates[alone]?.wish
  const allStepped = steps.every((i) => lastRunOf(i) > terms.lastReadRun)
  if (alone !== undefined && wish !== undefined && allStepped) {
    const end = wish.whole ? wish.end : Math.min(wish.end, wish.start + readRows)
    return { steps: [], reads: [{ candidate: alone, end }] }
  }
  return { steps: packing === 'single' ? steps.slice(0, 1) : steps, reads: [] }
}

/** Gives `room` rows to the reads in order, to each no fewer than `least`, which a feed has anyway. */
function share(
  candidates: readonly Candidate[],
  reads: readonly number[],
  room: number,
  least: number,
): Composition['reads'] {
  const shares: Composition['reads'] = []
  let left = room
  for (const candidate of reads) {
    const wish = candidates[candidate]?.wish
    if (wish === undefined) continue
    if (shares.length > 0 && left < least) break
    const end = Math.min(wish.end, wish.start + Math.max(left, least))
    shares.push({ candidate, end })
    left -= Math.max(least, end - wish.start)
  }
  return shares
}
