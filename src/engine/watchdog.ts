import type { Clock, Unsubscribe } from '../participant/ports.ts'

/** No honest step of a decode comes near it, and a person waits about this long before reloading the page. */
const MIN_PATIENCE_MS = 10_000

/** A worker that takes longer for one step is of no use to anybody, however honest: its requesters give up after one minute (request-leg.ts). */
const MAX_PATIENCE_MS = 120_000

/** A first run of a new shape compiles kernels, and other programs want the processor too. */
const PATIENCE_OVER_PACE = 4

/** A timer that comes this late was not late because of the worker: the device slept, and the worker with it. */
const SLEPT_MS = 5_000

/**
 * Notices a worker that says nothing while something is expected of it. WebAssembly runs block the worker's thread, so it cannot answer
 * a question meanwhile: it has to be silent for longer than the longest run that it has made, or is estimated to make.
 */
export interface Watchdog {
  /** The worker said something. */
  heard(): void
  /**
   * From now on something is expected, nothing (null), or something that is silent for long by nature: then how long it may be.
   * Silence counts from here.
   */
  expect(what: 'steps' | 'nothing' | { silenceMs: number }): void
  /** How long one run may take, from what the self-test measured. */
  setPace(runMs: number): void
  /** Silence after which the worker is given up. */
  readonly patienceMs: number
}

/** `onHang` is called at most once. */
export function createWatchdog(clock: Pick<Clock, 'after' | 'now'>, onHang: () => void): Watchdog {
  let paceMs = 0
  let lastHeardMs = 0
  let allowed: 'steps' | 'nothing' | { silenceMs: number } = 'nothing'
  let stopTimer: Unsubscribe | null = null

  function patienceMs(): number {
    return Math.min(MAX_PATIENCE_MS, Math.max(MIN_PATIENCE_MS, PATIENCE_OVER_PACE * paceMs))
  }

  function silenceMs(): number {
    return typeof allowed === 'object' ? allowed.silenceMs : patienceMs()
  }

  function look(dueMs: number): void {
    stopTimer = null
    const now = clock.now()
    if (now - dueMs > SLEPT_MS) lastHeardMs = now
    if (now - lastHeardMs >= silenceMs()) return onHang()
    arm()
  }

  function arm(): void {
    const dueMs = lastHeardMs + silenceMs()
    stopTimer = clock.after(Math.max(0, dueMs - clock.now()), () => look(dueMs))
  }

  return {
    heard() {
      if (allowed === 'nothing') return
      const now = clock.now()
      if (allowed === 'steps') paceMs = Math.max(paceMs, now - lastHeardMs)
      lastHeardMs = now
    },
    expect(what) {
      const was = allowed
      allowed = what
      if (what === was) return
      stopTimer?.()
      stopTimer = null
      if (what === 'nothing') return
      lastHeardMs = clock.now()
      arm()
    },
    setPace(runMs) {
      if (runMs > paceMs) paceMs = runMs
    },
    get patienceMs() {
      return patienceMs()
    },
  }
}
