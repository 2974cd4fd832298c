import type { Feed } from './slot-decoder.ts'

/** One slot's share of a packed run. */
export interface SlotRows {
  slot: number
  /** Positions that the run adds to the slot's cache. */
  start: number
  count: number
  /** Positions that its attention sees. */
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
}

/** Fills a run up; belongs to no slot, so nothing ever attends to it. */
const FILLER_ID = 0

/**
 * Lays the feeds out as one sequence of rows. One row's attention gives the bits of many, since no attention loops (add-head-sinks.ts);
 * products that are not in f32 switch kernels on the row count, so such a run is filled up.
 */
export function packRows(feeds: readonly Feed[], { runRows }: PackOptions): PackedRows {
  const packed: PackedRows = { ids: [], positions: [], unpack: [], wanted: [], anyWanted: false, slots: [] }
  let attended = 0
  for (const feed of feeds) {
    const { slot, start, ids, wantedFrom, wantedCount } = feed
    const first = packed.ids.length
    const rows = ids.map((_, i) => first + i)
    for (const [i, id] of ids.entries()) {
      packed.ids.push(id)
      packed.positions.push(start + i)
      packed.unpack.push(attended + i)
    }
    for (let i = 0; i < wantedCount; i++) packed.wanted.push(first + wantedFrom + i)
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
