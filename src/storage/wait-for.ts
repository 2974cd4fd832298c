import type { Clock } from '../participant/ports.ts'
import { throwIfCancelled } from './model-errors.ts'

/** Errors: `model/cancelled` as soon as the signal says so. */
export async function waitFor(clock: Pick<Clock, 'after'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal)
  if (delayMs <= 0) return
  await new Promise<void>((resolve) => {
    const stop = clock.after(delayMs, end)
    function end(): void {
      stop()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    signal?.addEventListener('abort', end)
  })
  throwIfCancelled(signal)
}
