import type { Clock } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { waitFor } from './wait-for.ts'

/** Failures in a row, over all lanes, with no chunk finished between them. */
const MAX_FAILURES = 5

/** What a hub asks to wait is waited up to here; beyond, a person should know. */
const MAX_POLITE_WAIT_MS = 2 * 60_000

const FIRST_DELAY_MS = 500

/** Answers that another try may change (RFC 9110 §15). */
const PASSING = new Set([408, 425, 500, 502, 503, 504])

/** When to try again what failed, for all lanes of a download together: if one is told to wait, all wait. */
export interface Patience {
  /** Waits until the next request may be made. Errors: `model/cancelled`. */
  before(signal: AbortSignal): Promise<void>
  /** Waits, or throws `error` if trying again is of no use, or was tried enough. */
  after(error: unknown, signal: AbortSignal): Promise<void>
  /** A chunk was finished: the line works. */
  reset(): void
}

export function createPatience(clock: Pick<Clock, 'now' | 'after'>): Patience {
  let failures = 0
  let worked = false
  let notBeforeMs = 0

  async function before(signal: AbortSignal): Promise<void> {
    await waitFor(clock, notBeforeMs - clock.now(), signal)
  }

  return {
    before,
    reset() {
      failures = 0
      worked = true
    },
    async after(error, signal) {
      const delayMs = delayAfter(error, failures, worked)
      failures += 1
      if (delayMs === null || failures > MAX_FAILURES) throw error
      notBeforeMs = Math.max(notBeforeMs, clock.now() + delayMs)
      await before(signal)
    },
  }
}

/** Null: now or later, the same would happen. A line that never worked in this download is reported at once, not tried for a minute. */
function delayAfter(error: unknown, failures: number, worked: boolean): number | null {
  if (!CodedError.is(error)) return null
  const backOffMs = FIRST_DELAY_MS * 2 ** failures
  switch (error.code) {
    case 'model/rate-limited': {
      const askedMs = Number(error.details['retryAfterMs'] ?? 0)
      return askedMs > MAX_POLITE_WAIT_MS ? null : Math.max(askedMs, backOffMs)
    }
    case 'model/truncated':
      return backOffMs
    case 'model/download-failed': {
      const status = error.details['status']
      if (status === undefined) return worked ? backOffMs : null
      return PASSING.has(Number(status)) ? backOffMs : null
    }
    default:
      return null
  }
}
