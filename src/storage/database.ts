import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { CodedError } from '../protocol/errors.ts'

/** Values are typed as unknown: stored data is remote data, and is parsed on read. */
export interface LocusSchema extends DBSchema {
  /** Journal records under a running number: the order they were written in, which no clock can disturb. */
  journal: { key: number; value: unknown; indexes: { 'by-id': string } }
  /** libp2p private keys, by slot. */
  'peer-identity': { key: number; value: unknown }
  /** What was seen of providers, by session key in hex. */
  standings: { key: string; value: unknown }
  /** Highest vouchers held, and channels of our own, by channel id in hex. */
  vouchers: { key: string; value: unknown }
  'own-channels': { key: string; value: unknown }
  /** Receipts that no settlement covers, by digest in hex. */
  'served-receipts': { key: string; value: unknown }
  'money-totals': { key: string; value: unknown }
}

export type LocusDatabase = IDBPDatabase<LocusSchema>

export interface Database {
  /** Opens on first use, and again after the browser has closed it. Errors: `storage/unavailable`. */
  open(): Promise<LocusDatabase>
  close(): Promise<void>
}

const VERSION = 3

/** The one database of this adapter. The wallet has its own, because adapters do not know each other. */
export function createDatabase(name = 'locus'): Database {
  let opening: Promise<LocusDatabase> | null = null

  function forget(): void {
    opening = null
  }

  async function openFresh(): Promise<LocusDatabase> {
    if ((globalThis.indexedDB as IDBFactory | undefined) === undefined) {
      throw databaseUnavailable('the browser has no database', 'In a private window, use a normal one.')
    }
    try {
      return await new Promise((resolve, reject) => {
        openDB<LocusSchema>(name, VERSION, {
          upgrade,
          blocked: () => reject(heldByOlderPage()),
          // A newer version of the page wants to upgrade: holding on would lock it out.
          blocking: (_current, _blocked, event) => {
            forget()
            ;(event.target as IDBDatabase).close()
          },
          terminated: forget,
        }).then(resolve, reject)
      })
    } catch (error) {
      const newer = error instanceof Error && error.name === 'VersionError'
      throw newer
        ? databaseUnavailable('a newer version of this page has used it', 'Reload the page.', error)
        : storageFailed(error)
    }
  }

  return {
    open() {
      opening ??= openFresh().catch((error: unknown) => {
        forget()
        throw error
      })
      return opening
    },
    async close() {
      const database = await opening?.catch(() => null)
      forget()
      database?.close()
    },
  }
}

/** One step per version: a device may come from any older one. */
function upgrade(database: LocusDatabase, oldVersion: number): void {
  if (oldVersion < 1) {
    database.createObjectStore('journal', { autoIncrement: true }).createIndex('by-id', 'id')
    database.createObjectStore('peer-identity')
  }
  if (oldVersion < 2) database.createObjectStore('standings')
  if (oldVersion < 3) {
    for (const name of ['vouchers', 'own-channels', 'served-receipts', 'money-totals'] as const) {
      database.createObjectStore(name)
    }
  }
}

/** Whatever the browser's database threw, as the one error that callers know. */
export function storageFailed(error: unknown): CodedError {
  if (CodedError.is(error)) return error
  const full = error instanceof Error && error.name === 'QuotaExceededError'
  return full
    ? databaseUnavailable('there is no room left on this device', 'Free some disk space, then try again.', error)
    : databaseUnavailable('the browser refused it', 'Reload the page; in a private window, use a normal one.', error)
}

function heldByOlderPage(): CodedError {
  return databaseUnavailable(
    'an older version of this page is open in another tab',
    'Close other tabs of this site, then reload.',
  )
}

function databaseUnavailable(why: string, nextStep: string, cause?: unknown): CodedError {
  return new CodedError(
    { code: 'storage/unavailable', message: `Nothing can be kept on this device: ${why}.`, nextStep },
    { cause },
  )
}
