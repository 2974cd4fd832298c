import type { Clock } from '../../src/participant/ports.ts'

/** Callers remembered. Whoever has more addresses than this pushes the oldest out, and has the whole limit again with each of them anyway. */
const MAX_CALLERS = 4_096

/** Whether this caller may ask once more now; asking counts. */
export type CallerLimit = (caller: string) => boolean

/** So many times at once, and as often again over the period. */
export function createCallerLimit(times: number, periodMs: number, clock: Pick<Clock, 'now'>): CallerLimit {
  // A Map keeps insertion order: the first is the one that asked longest ago.
  const known = new Map<string, { left: number; atMs: number }>()

  return (caller) => {
    const nowMs = clock.now()
    const before = known.get(caller) ?? { left: times, atMs: nowMs }
    const regained = (Math.max(0, nowMs - before.atMs) / periodMs) * times
    const left = Math.min(times, before.left + regained)
    const isAllowed = left >= 1
    known.delete(caller)
    known.set(caller, { left: isAllowed ? left - 1 : left, atMs: nowMs })
    const oldest = known.keys().next()
    if (known.size > MAX_CALLERS && oldest.done === false) known.delete(oldest.value)
    return isAllowed
  }
}
