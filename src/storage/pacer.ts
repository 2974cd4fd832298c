import type { Clock } from '../participant/ports.ts'
import { waitFor } from './wait-for.ts'

/** Holds a download to a number of bytes a second, over all its lanes together. */
export interface Pacer {
  /** Resolves when so many bytes may have arrived. Errors: `model/cancelled`. */
  take(bytes: number, signal?: AbortSignal): Promise<void>
}

/**
 * A token bucket that may go into debt: what has arrived cannot be sent back, so it is paid for before more is read, and the network
 * slows the sender down. One second's worth may come at once. Null: no limit.
 */
export function createPacer(clock: Pick<Clock, 'now' | 'after'>, bytesPerSecond: number | null): Pacer {
  if (bytesPerSecond === null) return { take: () => Promise.resolve() }
  let tokens = bytesPerSecond
  let filledAtMs = clock.now()
  return {
    async take(bytes, signal) {
      const nowMs = clock.now()
      tokens = Math.min(bytesPerSecond, tokens + ((nowMs - filledAtMs) / 1_000) * bytesPerSecond) - bytes
      filledAtMs = nowMs
      if (tokens < 0) await waitFor(clock, Math.ceil((-tokens / bytesPerSecond) * 1_000), signal)
    },
  }
}
