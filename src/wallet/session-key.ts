import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { SessionKey } from '../participant/ports.ts'
import {
  createEphemeralSessionKey,
  generateSessionKeyPair,
  isUsablePair,
  type SessionKeyPair,
  sessionKeyOf,
} from './session-key-webcrypto.ts'

interface KeySchema extends DBSchema {
  keys: { key: string; value: SessionKeyPair }
}

export interface DeviceSessionKey extends SessionKey {
  /** False: the browser keeps nothing, and the next visit has another key. */
  readonly persistent: boolean
}

const VERSION = 1
const CURRENT = 'current'

/**
 * The session key of this device, made on the first visit (protocol.md §1). IndexedDB keeps the CryptoKey itself, so that its private
 * half never exists as bytes that a script could read. Errors: `storage/unavailable` where the page has no WebCrypto.
 */
export async function openSessionKey(databaseName = 'locus-session-key'): Promise<DeviceSessionKey> {
  let database: IDBPDatabase<KeySchema> | null = null
  try {
    database = await openDB<KeySchema>(databaseName, VERSION, {
      upgrade: (db) => void db.createObjectStore('keys'),
    })
    return { ...sessionKeyOf(await getOrCreate(database)), persistent: true }
  } catch {
    // Whatever the browser refused, work done in this visit can still be signed.
    return { ...(await createEphemeralSessionKey()), persistent: false }
  } finally {
    database?.close()
  }
}

async function getOrCreate(database: IDBPDatabase<KeySchema>): Promise<SessionKeyPair> {
  const stored = await database.get('keys', CURRENT)
  if (stored !== undefined) {
    if (await isUsablePair(stored)) return stored
    await database.delete('keys', CURRENT)
  }
  const fresh = await generateSessionKeyPair()
  // Two tabs may come here at once: only the first one's key is written, and both leave with it.
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
  const earlier = await transaction.store.get(CURRENT)
  if (earlier === undefined) await transaction.store.add(fresh, CURRENT)
  await transaction.done
  return earlier ?? fresh
}
