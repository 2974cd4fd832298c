import type { Clock } from '../participant/ports.ts'

/** Timers of browsers overflow after 24 days, and stand still while a laptop sleeps: nobody waits longer without looking at the clock. */
const LONGEST_NAP_MS = 60_000

/** Resolves when the clock shows `unixMs`, at once if it has. Rejects with the reason of `signal`. */
export async function waitUntil(
  clock: Pick<Clock, 'now' | 'after'>,
  unixMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  for (let leftMs = unixMs - clock.now(); leftMs > 0; leftMs = unixMs - clock.now()) {
    await nap(clock, Math.min(leftMs, LONGEST_NAP_MS), signal)
  }
}

function nap(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      stopTimer()
      signal?.removeEventListener('abort', wake)
      if (signal?.aborted === true) reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
      else resolve()
    }
    const stopTimer = clock.after(delayMs, wake)
    signal?.addEventListener('abort', wake)
  })
}
