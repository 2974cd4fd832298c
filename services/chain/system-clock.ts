import type { Clock } from '../../src/participant/ports.ts'

/** This computer's time. */
export const systemClock: Pick<Clock, 'now' | 'after'> = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
