import { BACKOFF_BASE_MS, BACKOFF_CAP_MS } from './network-limits.ts'

/**
 * Pause before attempt `attempt` (1 is the first repetition): doubling, capped, and jittered over its upper half so that the pages a
 * relay lost at one moment do not all return at one moment. `random` is uniform in 0..255.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(30, attempt - 1))
  return Math.round(full / 2 + (full / 2) * (random / 255))
}
