import type { Clock } from '../../src/participant/ports.ts'

export interface ImmediateClock extends Pick<Clock, 'now' | 'after'> {
  /** What was waited for, in order, in milliseconds. */
  readonly waits: readonly number[]
}

/** Time that passes as soon as somebody waits for it: what should wait is seen in `waits`, and nobody does. */
export function createImmediateClock(startMs = 1_767_225_600_000): ImmediateClock {
  let nowMs = startMs
  const waits: number[] = []
  return {
    waits,
    now: () => nowMs,
    after(delayMs, callback) {
      let stopped = false
      waits.push(delayMs)
      queueMicrotask(() => {
        if (stopped) return
        nowMs += delayMs
        callback()
      })
      return () => {
        stopped = true
      }
    },
  }
}
