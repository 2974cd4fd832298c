import { CodedError } from '../protocol/errors.ts'
import { createDatabase, type Database } from './database.ts'

export interface PeerIdentity {
  /** What `generate` made, now or on an earlier visit. */
  privateKey: Uint8Array
  /** False: a new one next time. */
  persistent: boolean
  /** Lets another tab have this identity. */
  release(): void
}

export interface PeerIdentityPorts {
  /** A fresh libp2p private key, in whatever bytes the network wants back. */
  generate: () => Promise<Uint8Array>
  /** Reserves a name among the tabs of this origin; null when another one has it. */
  reserve: (name: string) => Promise<(() => void) | null>
  database?: Database
}

/** More tabs than this at once get identities that are not kept. */
const MAX_SLOTS = 8

/** A private key of libp2p is 36 to 1200 bytes in its protobuf form, 32 or 64 raw. */
const MAX_KEY_BYTES = 2_048

/**
 * This tab's identity on the network, the same on every visit. Two tabs must not share one (a relay would mix up their reservations, and
 * libp2p refuses to dial its own id), so the device keeps one per tab that was ever open at once, and a tab takes the first that is free.
 */
export async function takePeerIdentity({
  generate,
  reserve,
  database = createDatabase(),
}: PeerIdentityPorts): Promise<PeerIdentity> {
  for (let slot = 0; slot < MAX_SLOTS; slot += 1) {
    const release = await reserve(`locus-peer-${slot}`)
    if (release === null) continue
    try {
      return { privateKey: await getOrCreate(database, slot, generate), persistent: true, release }
    } catch (error) {
      release()
      if (CodedError.is(error, 'storage/unavailable')) break
      throw error
    }
  }
  return { privateKey: await generate(), persistent: false, release: () => undefined }
}

async function getOrCreate(database: Database, slot: number, generate: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const db = await database.open()
  const stored = await db.get('peer-identity', slot)
  if (stored instanceof Uint8Array && stored.length > 0 && stored.length <= MAX_KEY_BYTES) return stored
  const fresh = await generate()
  const transaction = db.transaction('peer-identity', 'readwrite', { durability: 'strict' })
  await Promise.all([transaction.store.put(fresh, slot), transaction.done])
  return fresh
}
