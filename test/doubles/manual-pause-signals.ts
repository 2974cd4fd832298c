import type { Pause, PauseSignals } from '../../src/participant/ports.ts'

export const LOW_BATTERY: Pause = { reason: 'The battery is low.', nextStep: 'Plug this device in.' }

export interface ManualPauseSignals extends PauseSignals {
  set(pause: Pause | null): void
  /** Listeners still subscribed: a test of `stop` expects 0. */
  readonly listeners: number
}

/** Pauses when the test says so. */
export function createManualPauseSignals(): ManualPauseSignals {
  const listeners = new Set<(pause: Pause | null) => void>()
  let pause: Pause | null = null
  return {
    current: () => pause,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set(next) {
      pause = next
      for (const listener of listeners) listener(next)
    },
    get listeners() {
      return listeners.size
    },
  }
}
