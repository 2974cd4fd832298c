import type { Feed } from './slot-decoder.ts'

/** One slot's share of a packed run. */
export interface SlotRows {
  slot: number
  /** Positions that the run adds to the slot's cache. */
  start: number
  count: number
  /** Positions that its attention sees; one more than `start + count` where a single row is attended twice. */
  total: number
  /** Packed rows in the order in which its attention takes them. */
  rows: number[]
}

/** Indices that tell a packed graph whose rows are whose. */
export interface PackedRows {
  ids: number[]
  positions: number[]
  /** By packed row: its place among the attended rows of all slots, one slot after another. */
  unpack: number[]
  /** Packed rows, feed after feed. */
  wanted: number[]
  /** False when `wanted` is there only because a graph must compute something. */
  anyWanted: boolean
  slots: SlotRows[]
}

export interface PackOptions {
  runRows: number
  contextTokens: number
  /** What was fed at a position of a slot. */
  idAt: (slot: number, position: number) => number
}

/** Fills a run up; belongs to no slot, so nothing ever attends to it. */
const FILLER_ID = 0

/**
 * Lays the feeds out as one sequence of rows. A single row attends twice over, as if it were fed again after itself: attention kernels
 * switch on the row count, and with two rows they give a prefill's bits. Nothing of the second one is kept. At the very end of a
 * context there is no position for it: there the row before is fed again instead. With a sink (add-head-sinks.ts) one row differs only from
 * 16,384 / head dimension positions on, where products sum in blocks; the second costs a tenth of a step, so it is there from the start.
 */
export function packRows(feeds: readonly Feed[], { runRows, contextTokens, idAt }: PackOptions): PackedRows {
  const packed: PackedRows = { ids: [], positions: [], unpack: [], wanted: [], anyWanted: false, slots: [] }
  let attended = 0
  for (const feed of feeds) {
    const { slot, wantedFrom, wantedCount } = feed
    const last = feed.ids.length === 1 && feed.start > 0 && feed.start + 2 > contextTokens
    const start = last ? feed.start - 1 : feed.start
    const ids = last ? [idAt(slot, start), ...feed.ids] : feed.ids
    const first = packed.ids.length
    const rows = ids.length === 1 ? [first, first] : ids.map((_, i) => first + i)
    for (const [i, id] of ids.entries()) {
      packed.ids.push(id)
      packed.positions.push(start + i)
      packed.unpack.push(attended + i)
    }
    for (let i = 0; i < wantedCount; i++) packed.wanted.push(first + wantedFrom + i + (last ? 1 : 0))
    packed.slots.push({ slot, start, count: ids.length, total: start + rows.length, rows })
    attended += rows.length
  }
  while (packed.ids.length < runRows) {
    packed.ids.push(FILLER_ID)
    packed.positions.push(0)
    packed.unpack.push(0)
  }
  packed.anyWanted = packed.wanted.length > 0
  while (packed.wanted.length < Math.max(1, runRows)) packed.wanted.push(packed.wanted.at(-1) ?? 0)
  return packed
}
