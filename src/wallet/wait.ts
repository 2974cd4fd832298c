import type { Clock } from '../participant/ports.ts'

/** Resolves after the delay. Rejects with the reason of `signal`. */
export function waitFor(clock: Pick<Clock, 'after'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal))
      return
    }
    const wake = (): void => {
      stopTimer()
      signal?.removeEventListener('abort', wake)
      if (signal?.aborted === true) reject(reasonOf(signal))
      else resolve()
    }
    const stopTimer = clock.after(delayMs, wake)
    signal?.addEventListener('abort', wake)
  })
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped')
}
