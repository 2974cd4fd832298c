import * as v from 'valibot'
import type { Journal } from '../participant/ports.ts'
import { type JournalRecord, JournalRecordSchema } from '../protocol/wire/journal.ts'

/**
 * A journal for this visit only, for browsers that refuse IndexedDB (private windows): `durable` is false, and the page says so.
 * Records are copied in and out, so that a caller cannot change what was written.
 */
export function createMemoryJournal(): Journal & { readonly durable: false } {
  const newestLast: JournalRecord[] = []
  return {
    durable: false,
    async append(record) {
      newestLast.push(structuredClone(v.parse(JournalRecordSchema, record)))
    },
    async get(id) {
      const found = newestLast.findLast((record) => record.id === id)
      return found === undefined ? null : structuredClone(found)
    },
    async list(limit) {
      return {
        records: newestLast
          .toReversed()
          .slice(0, limit)
          .map((record) => structuredClone(record)),
        unreadable: 0,
      }
    },
  }
}
