import { bytesToHex } from '../protocol/hash.ts'
import { MAX_BUNDLE_BYTES } from '../protocol/limits.ts'
import { evidenceHash } from '../protocol/wire/evidence-messages.ts'
import { evidenceError } from './evidence-errors.ts'
import type { Clock } from './ports.ts'

/** Bundles offered at once: an answer that is being audited needs one, and nobody has more than a few audits under way. */
const MAX_SHELVED = 32

/** Memory that a page spends on what others may fetch: four bundles of the largest kind, hundreds of honest ones. */
const MAX_SHELF_BYTES = 4 * MAX_BUNDLE_BYTES

/** An audit is over after some rounds of its beacon; who comes later is told that it is missing. */
export const SHELF_LIFE_MS = 10 * 60_000

interface Shelved {
  bytes: Uint8Array
  expiresAtMs: number
}

/** What this participant offers to whoever knows its hash. Nothing is offered that was not put here. */
export interface EvidenceShelf {
  /**
   * Offers a copy of these bytes for SHELF_LIFE_MS, anew if they are there already, and gives their hash. The oldest make room.
   * Errors: `evidence/too-large`.
   */
  put(bytes: Uint8Array): Uint8Array
  /** Not to be written to. Null: never put, expired, or pushed out. */
  get(hash: Uint8Array): Uint8Array | null
}

export function createEvidenceShelf(clock: Pick<Clock, 'now'>): EvidenceShelf {
  // A Map keeps insertion order, and everything lives equally long: the first is the oldest and the next to expire.
  const shelved = new Map<string, Shelved>()
  let totalBytes = 0

  function drop(key: string): void {
    totalBytes -= shelved.get(key)?.bytes.length ?? 0
    shelved.delete(key)
  }

  function forgetExpired(): void {
    const now = clock.now()
    for (const [key, { expiresAtMs }] of shelved) if (expiresAtMs <= now) drop(key)
  }

  return {
    put(bytes) {
      if (bytes.length > MAX_BUNDLE_BYTES) throw evidenceError('evidence/too-large', { bytes: bytes.length })
      forgetExpired()
      const hash = evidenceHash(bytes)
      const key = bytesToHex(hash)
      drop(key)
      for (const oldest of shelved.keys()) {
        if (shelved.size < MAX_SHELVED && totalBytes + bytes.length <= MAX_SHELF_BYTES) break
        drop(oldest)
      }
      shelved.set(key, { bytes: bytes.slice(), expiresAtMs: clock.now() + SHELF_LIFE_MS })
      totalBytes += bytes.length
      return hash
    },
    get(hash) {
      forgetExpired()
      return shelved.get(bytesToHex(hash))?.bytes ?? null
    },
  }
}
