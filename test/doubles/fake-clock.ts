import type { Clock, Unsubscribe } from '../../src/participant/ports.ts'

interface Timer {
  dueMs: number
  intervalMs: number | null
  callback: () => void
}

export interface FakeClock extends Clock {
  /** Moves time on, calling back whatever falls due, in order of due time and then of registration. */
  advance(milliseconds: number): void
  /** As `advance`, but lets promises and I/O that each callback set off come to rest before the next one. */
  run(milliseconds: number): Promise<void>
  /** Timers not yet fired or stopped: a test of `stop` expects 0. */
  readonly pending: number
}

/** 2026-01-01, so that every timestamp schema accepts it. */
const START_MS = 1_767_225_600_000

/** Time that only moves when the test says so. */
export function createFakeClock(startMs: number = START_MS): FakeClock {
  let nowMs = startMs
  const timers = new Set<Timer>()

  function add(timer: Timer): Unsubscribe {
    timers.add(timer)
    return () => {
      timers.delete(timer)
    }
  }

  function nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer
    }
    return next
  }

  function fire(timer: Timer): void {
    nowMs = timer.dueMs
    if (timer.intervalMs === null) timers.delete(timer)
    else timer.dueMs += timer.intervalMs
    timer.callback()
  }

  return {
    now: () => nowMs,
    every(intervalMs, callback) {
      // A zero interval would never let `advance` end.
      const period = Math.max(1, intervalMs)
      return add({ dueMs: nowMs + period, intervalMs: period, callback })
    },
    after: (delayMs, callback) => add({ dueMs: nowMs + Math.max(0, delayMs), intervalMs: null, callback }),
    advance(milliseconds) {
      const untilMs = nowMs + milliseconds
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) fire(timer)
      nowMs = untilMs
    },
    async run(milliseconds) {
      const untilMs = nowMs + milliseconds
      await settle()
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        fire(timer)
        await settle()
      }
      nowMs = untilMs
    },
    get pending() {
      return timers.size
    },
  }
}

/** One turn of the event loop: every promise job that is ready now has run after it. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
