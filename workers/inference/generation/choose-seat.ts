import type { PrefixQuery, SlotMemory } from './slot-memory.ts'

/** Fewer positions than this are not worth a copy, nor somebody else's longer prefix: every chat begins with the same few ids. */
const MIN_GAIN_TOKENS = 16

export interface SlotState {
  memory: SlotMemory
  free: boolean
  /** Number of the run that fed it last. */
  lastRun: number
}

export interface Seat {
  slot: number
  /** Positions that the slot holds for the strand once it is seated. */
  held: number
  /** The slot to copy them from; null where they are there already. */
  copyFrom: number | null
}

/**
 * The free slot with the longest prefix of what is to be read; if another slot, perhaps a running one, holds a longer one, a free slot
 * that gets a copy of it. Of equal ones, the least recently used. Null when no slot is free.
 */
export function chooseSeat(slots: readonly SlotState[], query: PrefixQuery, canCopy: boolean): Seat | null {
  const shared = slots.map(({ memory }) => memory.sharedWith(query))
  const sharedBy = (slot: number): number => shared[slot] ?? 0
  const free = slots.flatMap((state, slot) => (state.free ? [{ slot, lastRun: state.lastRun }] : []))
  const oldest = free.toSorted((a, b) => a.lastRun - b.lastRun)[0]
  if (oldest === undefined) return null
  const own = free.toSorted((a, b) => sharedBy(b.slot) - sharedBy(a.slot) || a.lastRun - b.lastRun)[0] ?? oldest
  const seat = sharedBy(own.slot) - sharedBy(oldest.slot) < MIN_GAIN_TOKENS ? oldest.slot : own.slot
  const held = sharedBy(seat)
  const most = Math.max(...shared)
  if (!canCopy || most - held < MIN_GAIN_TOKENS) return { slot: seat, held, copyFrom: null }
  return { slot: oldest.slot, held: most, copyFrom: shared.indexOf(most) }
}
