import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { SessionKey } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { aloneWithKey, shareKey } from './key-lock.ts'
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

const DATABASE = 'locus-session-key'
const VERSION = 1
const CURRENT = 'current'

/**
 * The session key of this device, made on the first visit (protocol.md §1). IndexedDB keeps the CryptoKey itself, so that its private
 * half never exists as bytes that a script could read. Errors: `storage/unavailable` where the page has no WebCrypto.
 */
export async function openSessionKey(databaseName = DATABASE): Promise<DeviceSessionKey> {
  await shareKey(databaseName)
  let database: IDBPDatabase<KeySchema> | null = null
  try {
    database = await open(databaseName)
    return { ...sessionKeyOf(await getOrCreate(database)), persistent: true }
  } catch {
    // Whatever the browser refused, work done in this visit can still be signed.
    return { ...(await createEphemeralSessionKey()), persistent: false }
  } finally {
    database?.close()
  }
}

/**
 * Makes a new key in place of this device's, which cannot be brought back; this page and what it has built still hold the old one, so it must be
 * loaded anew. No other tab is left with the old one: while one has it, nothing is replaced. What resolves survives a power cut. Errors:
 * `lease/key-in-use`; `storage/unavailable`, and then the key is the one that it was.
 */
export async function replaceSessionKey(databaseName = DATABASE): Promise<void> {
  await aloneWithKey(databaseName, async () => {
    const fresh = await generateSessionKeyPair()
    let database: IDBPDatabase<KeySchema> | null = null
    try {
      database = await open(databaseName)
      const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' })
      await Promise.all([transaction.store.put(fresh, CURRENT), transaction.done])
    } catch (cause) {
      throw new CodedError(NOT_KEPT, { cause })
    } finally {
      database?.close()
    }
  })
}

function open(databaseName: string): Promise<IDBPDatabase<KeySchema>> {
  return openDB<KeySchema>(databaseName, VERSION, {
    upgrade: (db) => void db.createObjectStore('keys'),
  })
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

const NOT_KEPT = {
  code: 'storage/unavailable',
  message: 'This browser keeps no key for this page, so there was none to replace.',
  nextStep: 'Load the page anew: it makes a new key at every visit.',
} as const
