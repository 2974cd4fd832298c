import type { Feed } from '../session/slot-decoder.ts'
import type { Run } from './plan-runs.ts'

/** What of a slot's content a strand could begin with. */
export interface PrefixQuery {
  inputs: readonly number[]
  /** Positions before this one may be reused. */
  reusable: number
  /** The only runs that give the right bits, or null where every cut does. */
  plan: readonly Run[] | null
}

/** How a feed came about: as one run of a plan, alone; with a prefill's bits whatever the cut; or without any promise. */
export type FeedKind = 'whole' | 'exact' | 'loose'

/** The ids whose keys and values a slot holds, and what computed them. */
export interface SlotMemory {
  readonly length: number
  /** After a successful run. */
  note(feed: Pick<Feed, 'start' | 'ids'>, kind: FeedKind): void
  copy(from: SlotMemory, tokens: number): void
  /** Forgets what stands at `length` and after. */
  truncate(length: number): void
  /** How many positions a strand could begin with. */
  sharedWith(query: PrefixQuery): number
  readonly ids: readonly number[]
  /** Ends of the whole runs that computed the beginning, ascending. */
  readonly cuts: readonly number[]
  /** How much of the beginning has a prefill's bits. */
  readonly exactLength: number
}

export function createSlotMemory(): SlotMemory {
  const ids: number[] = []
  const cuts: number[] = []
  let exactLength = 0

  function truncate(length: number): void {
    ids.length = Math.min(ids.length, length)
    exactLength = Math.min(exactLength, length)
    while ((cuts.at(-1) ?? 0) > ids.length) cuts.pop()
  }

  return {
    ids,
    cuts,
    truncate,
    get length() {
      return ids.length
    },
    get exactLength() {
      return exactLength
    },
    note({ start, ids: fed }, kind) {
      truncate(start)
      for (const id of fed) ids.push(id)
      if (kind === 'whole' && (cuts.at(-1) ?? 0) === start) cuts.push(ids.length)
      if (kind === 'exact' && exactLength === start) exactLength = ids.length
    },
    copy(from, tokens) {
      truncate(0)
      for (const id of from.ids.slice(0, tokens)) ids.push(id)
      for (const cut of from.cuts) if (cut <= tokens) cuts.push(cut)
      exactLength = Math.min(from.exactLength, tokens)
    },
    sharedWith({ inputs, reusable, plan }) {
      const most = Math.min(reusable, ids.length)
      let same = 0
      while (same < most && ids[same] === inputs[same]) same += 1
      if (plan === null) return Math.min(same, exactLength)
      let shared = 0
      for (const [i, run] of plan.entries()) {
        if (run.end > same || cuts[i] !== run.end) break
        shared = run.end
      }
      return shared
    },
  }
}
