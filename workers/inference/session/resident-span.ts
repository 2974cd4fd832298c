/** Steps that one read-back may carry, whatever it costs. */
export const MAX_SPAN = 32
/** What a read-back may take of the time of the steps it reads. */
const READ_BACK_SHARE = 0.1
/** Words on the screen come at least ten times a second, and nobody who joins waits longer. */
const MAX_SPAN_MS = 100
/** Weight of the newest measurement. */
const NEWEST = 0.25

export interface SpanTimes {
  /** One more step in a span, in milliseconds. */
  stepMs: number
  /** Reading a span back, however long it is, in milliseconds. */
  readBackMs: number
}

/** How many steps to run before the host looks: enough to make the look cheap, few enough not to be late. */
export function spanOf({ stepMs, readBackMs }: SpanTimes): number {
  const cheap = Math.ceil(readBackMs / (READ_BACK_SHARE * Math.max(stepMs, 1e-3)))
  const prompt = Math.floor(MAX_SPAN_MS / Math.max(stepMs, 1e-3))
  return Math.max(1, Math.min(cheap, prompt, MAX_SPAN))
}

/** From the times of a short and a longer span. */
export function timesOf(short: { steps: number; ms: number }, long: { steps: number; ms: number }): SpanTimes {
  const stepMs = Math.max(0, (long.ms - short.ms) / (long.steps - short.steps))
  return { stepMs, readBackMs: Math.max(0, short.ms - short.steps * stepMs) }
}

/** Follows a step's time as texts grow and requests come and go; the latency of a read-back stays what it was. */
export function afterSpan(times: SpanTimes, steps: number, ms: number): SpanTimes {
  const stepMs = Math.max(0, (ms - times.readBackMs) / steps)
  return { ...times, stepMs: times.stepMs + NEWEST * (stepMs - times.stepMs) }
}
