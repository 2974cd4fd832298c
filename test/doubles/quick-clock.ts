import type { Clock } from '../../src/participant/ports.ts'

/** Shorter waits than this are between two looks at a chain; longer ones are deadlines, which do not come where everybody answers. */
const DEADLINE_MS = 10_000

/** Real time for a chain that mines at once: whoever waits to look again looks at once. */
export function createQuickClock(): Pick<Clock, 'now' | 'after'> {
  return {
    now: () => Date.now(),
    after(delayMs, callback) {
      if (delayMs >= DEADLINE_MS) return () => undefined
      const handle = setImmediate(callback)
      return () => clearImmediate(handle)
    },
  }
}
