import type { Clock, Unsubscribe } from '../participant/ports.ts'
import type { TimerRequest, TimerTick } from './timer-messages.ts'

/** The part of a Worker that the clock uses. */
export interface TimerWorker {
  postMessage(request: TimerRequest): void
  addEventListener(type: 'message', listener: (event: { data: TimerTick }) => void): void
  addEventListener(type: 'error', listener: () => void): void
  terminate(): void
}

export interface DeviceClock extends Clock {
  /** Ends every timer and the worker behind them. */
  stop(): void
}

/** A timer that was asked for: enough to ask for it again elsewhere. */
type Timer = { callback: () => void } & ({ type: 'every'; intervalMs: number } | { type: 'after'; delayMs: number })

/**
 * Real time. Timers run in a worker, where a hidden tab does not slow them; should the worker fail to start, they go on as the
 * page's own. `startWorker` is called at the first timer.
 */
export function createClock(startWorker: () => TimerWorker): DeviceClock {
  const timers = new Map<number, Timer>()
  const pageTimers = new Map<number, () => void>()
  let worker: TimerWorker | 'not-started' | 'failed' = 'not-started'
  let lastId = 0

  function fire(id: number): void {
    const timer = timers.get(id)
    // A tick may already be under way when its timer is stopped.
    if (timer === undefined) return
    if (timer.type === 'after') forget(id)
    timer.callback()
  }

  function forget(id: number): void {
    timers.delete(id)
    pageTimers.get(id)?.()
    pageTimers.delete(id)
  }

  function useOwnTimers(): void {
    if (worker === 'failed') return
    worker = 'failed'
    for (const [id, timer] of timers) startOwn(id, timer)
  }

  function startOwn(id: number, timer: Timer): void {
    if (timer.type === 'every') {
      const handle = setInterval(fire, timer.intervalMs, id)
      pageTimers.set(id, () => clearInterval(handle))
    } else {
      const handle = setTimeout(fire, timer.delayMs, id)
      pageTimers.set(id, () => clearTimeout(handle))
    }
  }

  function runningWorker(): TimerWorker | null {
    if (worker === 'not-started') {
      try {
        const started = startWorker()
        started.addEventListener('message', (event) => fire(event.data.id))
        started.addEventListener('error', useOwnTimers)
        worker = started
      } catch {
        worker = 'failed'
      }
    }
    return worker === 'failed' ? null : worker
  }

  function start(timer: Timer): Unsubscribe {
    lastId += 1
    const id = lastId
    timers.set(id, timer)
    const host = runningWorker()
    if (host === null) startOwn(id, timer)
    else host.postMessage(request(id, timer))
    return () => {
      if (!timers.has(id)) return
      forget(id)
      if (typeof worker === 'object') worker.postMessage({ type: 'stop', id })
    }
  }

  return {
    now: () => Date.now(),
    every: (intervalMs, callback) => start({ type: 'every', intervalMs, callback }),
    after: (delayMs, callback) => start({ type: 'after', delayMs, callback }),
    stop() {
      for (const id of timers.keys()) forget(id)
      if (typeof worker === 'object') worker.terminate()
      worker = 'not-started'
    },
  }
}

function request(id: number, timer: Timer): TimerRequest {
  return timer.type === 'every'
    ? { type: 'every', id, intervalMs: timer.intervalMs }
    : { type: 'after', id, delayMs: timer.delayMs }
}
