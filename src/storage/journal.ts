import * as v from 'valibot'
import type { Journal } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { type JournalRecord, JournalRecordSchema } from '../protocol/wire/journal.ts'
import { createDatabase, type Database, type LocusDatabase, storageFailed } from './database.ts'
import { createMemoryJournal } from './memory-journal.ts'

export interface DeviceJournal extends Journal {
  /** False: the records end with the page, and the page says so. */
  readonly durable: boolean
}

/**
 * The journal in IndexedDB. Records are added, never replaced: of several with one id, the newest speaks.
 * `append` waits for `durability: 'strict'`, which in simulated power cuts lost nothing where the default lost everything.
 * Errors: `storage/unavailable`; from `get`, `storage/corrupt`.
 */
export function createJournal(database: Database = createDatabase()): DeviceJournal {
  return {
    durable: true,

    async append(record) {
      const checked = v.parse(JournalRecordSchema, record)
      await withDatabase(database, async (db) => {
        const transaction = db.transaction('journal', 'readwrite', { durability: 'strict' })
        await Promise.all([transaction.store.add(checked), transaction.done])
      })
    },

    async get(id) {
      return await withDatabase(database, async (db) => {
        let found = false
        let cursor = await db.transaction('journal').store.index('by-id').openCursor(id, 'prev')
        while (cursor !== null) {
          const record = parse(cursor.value)
          if (record !== null) return record
          found = true
          cursor = await cursor.continue()
        }
        if (found) throw recordCorrupt(id)
        return null
      })
    },

    async list(limit) {
      return await withDatabase(database, async (db) => {
        const records: JournalRecord[] = []
        let unreadable = 0
        let cursor = await db.transaction('journal').store.openCursor(null, 'prev')
        while (cursor !== null && records.length < limit) {
          const record = parse(cursor.value)
          if (record === null) unreadable += 1
          else records.push(record)
          cursor = await cursor.continue()
        }
        return { records, unreadable }
      })
    },
  }
}

/** The journal in IndexedDB, or for this visit only where the browser refuses it. */
export async function openJournal(database: Database = createDatabase()): Promise<DeviceJournal> {
  try {
    await database.open()
    return createJournal(database)
  } catch (error) {
    if (CodedError.is(error, 'storage/unavailable')) return createMemoryJournal()
    throw error
  }
}

async function withDatabase<T>(database: Database, work: (db: LocusDatabase) => Promise<T>): Promise<T> {
  try {
    return await work(await database.open())
  } catch (error) {
    throw storageFailed(error)
  }
}

function parse(stored: unknown): JournalRecord | null {
  const parsed = v.safeParse(JournalRecordSchema, stored)
  return parsed.success ? parsed.output : null
}

function recordCorrupt(id: string): CodedError {
  return new CodedError({
    code: 'storage/corrupt',
    message: 'This answer’s record can no longer be read.',
    nextStep: 'If you saved its evidence file, import that; otherwise ask again.',
    details: { id: id.slice(0, 64) },
  })
}
