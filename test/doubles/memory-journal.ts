import type { Journal } from '../../src/participant/ports.ts'
import { CodedError } from '../../src/protocol/errors.ts'

export { createMemoryJournal } from '../../src/storage/memory-journal.ts'

/** FullDiskJournal: reads well, and refuses every record. Nothing may be shown as accepted over it. */
export function createFullDiskJournal(): Journal {
  return {
    append() {
      return Promise.reject(
        new CodedError({
          code: 'storage/unavailable',
          message: 'The journal has no room left.',
          nextStep: 'Free some disk space.',
        }),
      )
    },
    get: () => Promise.resolve(null),
    list: () => Promise.resolve({ records: [], unreadable: 0 }),
  }
}
