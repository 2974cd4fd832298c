import type { Lease } from '../../src/participant/ports.ts'
import { CodedError } from '../../src/protocol/errors.ts'

export interface SingleLease extends Lease {
  readonly isHeld: boolean
}

/** One lease for everybody it is given to, as tabs of one origin have it. */
export function createSingleLease(): SingleLease {
  let isHeld = false
  return {
    get isHeld() {
      return isHeld
    },
    async acquire() {
      if (isHeld) {
        throw new CodedError({
          code: 'lease/held-elsewhere',
          message: 'Another tab of this browser is already computing.',
          nextStep: 'Use that tab, or close it.',
        })
      }
      isHeld = true
      return () => {
        isHeld = false
      }
    },
  }
}
