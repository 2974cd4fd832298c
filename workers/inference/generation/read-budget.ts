/** Reads may take so many times a step's time: below, there is room for more rows; above, those who write wait too long. */
const ROOM_FACTOR = 1.5
const LONG_FACTOR = 3
/** Weight of the newest step in the mean. */
const NEWEST = 1 / 8

export interface ReadBudget {
  /** Rows of prompts and checks for the next run that somebody who writes takes part in or waits for. */
  readonly rows: number
  /** A run of steps alone. */
  observeStep(milliseconds: number): void
  /** What `rows` rows of reading added to a run, or took as one of their own, while somebody writes. */
  observeRead(rows: number, milliseconds: number): void
}

/**
 * How much is read between two tokens: on a processor each row costs its time, on a graphics card hundreds cost little more than one. Found
 * by doubling and halving between `least` and `most`.
 */
export function createReadBudget({ least, most }: { least: number; most: number }): ReadBudget {
  let rows = Math.min(least, most)
  let stepMs: number | null = null

  return {
    get rows() {
      return rows
    },
    observeStep(milliseconds) {
      stepMs = stepMs === null ? milliseconds : stepMs + (milliseconds - stepMs) * NEWEST
    },
    observeRead(read, milliseconds) {
      // The rest of a prompt says nothing of a full budget.
      if (stepMs === null || read < rows) return
      if (milliseconds < ROOM_FACTOR * stepMs) rows = Math.min(most, rows * 2)
      else if (milliseconds > LONG_FACTOR * stepMs) rows = Math.max(Math.min(least, most), Math.floor(rows / 2))
    },
  }
}
