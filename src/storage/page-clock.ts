import type { Clock } from '../participant/ports.ts'

/** The page's own timers: a download that a hidden tab slows down waits a little longer, and nobody is harmed. */
export function createPageClock(): Pick<Clock, 'now' | 'after'> {
  return {
    now: () => Date.now(),
    after(delayMs, callback) {
      const handle = setTimeout(callback, delayMs)
      return () => clearTimeout(handle)
    },
  }
}
