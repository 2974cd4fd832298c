import type { Lease } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { browserLocks, type TabLocks, takeTabLock } from './tab-lock.ts'

const LOCK_NAME = 'locus-compute'

/**
 * The right of one tab of this origin to compute: two would halve each other's speed and hold the model in memory twice. Without Web
 * Locks there is nobody to ask, and the lease is granted. Errors: `lease/held-elsewhere`; the signal's reason.
 */
export function createLease(locks: TabLocks | null = browserLocks()): Lease {
  return {
    async acquire(signal) {
      signal?.throwIfAborted()
      if (locks === null) return () => undefined
      const release = await takeTabLock(locks, LOCK_NAME)
      if (release === null) throw heldElsewhere()
      if (signal?.aborted === true) {
        release()
        signal.throwIfAborted()
      }
      return release
    },
  }
}

function heldElsewhere(): CodedError {
  return new CodedError({
    code: 'lease/held-elsewhere',
    message: 'Another tab of this browser is already computing.',
    nextStep: 'Use that tab, or close it and try again here.',
  })
}
