import type { Clock } from '../participant/ports.ts'

/** A graphics card that went away twice within this time goes away again: one driver update or one sleep is no habit. */
export const LOSS_WINDOW_MS = 10 * 60_000
const MAX_LOSSES = 2

/** Remembers lost devices. Once tripped it stays so for the session: a third self-test would only end in a third loss. */
export interface DeviceBreaker {
  recordLoss(): void
  readonly tripped: boolean
}

export function createDeviceBreaker(clock: Pick<Clock, 'now'>): DeviceBreaker {
  let losses: number[] = []
  let tripped = false
  return {
    recordLoss() {
      const now = clock.now()
      losses = [...losses.filter((at) => now - at < LOSS_WINDOW_MS), now]
      tripped ||= losses.length >= MAX_LOSSES
    },
    get tripped() {
      return tripped
    },
  }
}
