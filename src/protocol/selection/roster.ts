import * as v from 'valibot'
import type { Address } from '../channel/chain-network.ts'
import { bytesToHex, hexToBytes, taggedHash } from '../hash.ts'
import { encodeCbor } from '../wire/codec.ts'
import { Bytes64, count, Hex32, shortText } from '../wire/schemas.ts'

/** Verifiers of one draw: at some 300 bytes each they fit an audit's frame twice, and a phone repeats the draw in a few milliseconds. */
export const MAX_ROSTER = 512

export const RosterEntrySchema = v.strictObject({
  /** The session key that signs attestations. */
  verifierKey: Bytes64,
  /** Who stands behind it: `ownerOfWallet` for all keys that one wallet ever delegated to, `ownerOfKey` where none did. */
  owner: Hex32,
  peerId: shortText(128),
  /** In millionths of one token (`stake-weight.ts`), as the requester read it. Zero is never drawn. */
  stake: count(Number.MAX_SAFE_INTEGER),
  /** The cell that it checks in: equality can be had there. */
  cellId: Hex32,
})
export type RosterEntry = v.InferOutput<typeof RosterEntrySchema>

/** Strictly ascending by key, so that one set of verifiers has one form and no key is in it twice. */
export const RosterSchema = v.pipe(
  v.array(RosterEntrySchema),
  v.maxLength(MAX_ROSTER),
  v.check((entries) => {
    return entries.every((entry, i) => i === 0 || compareKeys(entries[i - 1] as RosterEntry, entry) < 0)
  }, 'expected strictly ascending verifier keys'),
)
export type Roster = v.InferOutput<typeof RosterSchema>

/** The entries in canonical order; null where two have the same key. */
export function canonicalRoster(entries: readonly RosterEntry[]): Roster | null {
  const sorted = entries.toSorted(compareKeys)
  return sorted.every((entry, i) => i === 0 || compareKeys(sorted[i - 1] as RosterEntry, entry) < 0) ? sorted : null
}

/** What a receipt's draw was over. 32 bytes; null for a roster that is none, because a key is in it twice. */
export function rosterHash(entries: readonly RosterEntry[]): Uint8Array | null {
  const roster = canonicalRoster(entries)
  return roster === null ? null : taggedHash('roster', encodeCbor(roster))
}

/** The owner of a key for which nobody else stands. Hex. */
export function ownerOfKey(verifierKey: Uint8Array): string {
  return bytesToHex(taggedHash('owner', verifierKey))
}

/** The owner of every key that this wallet delegated to. Hex. Other lengths are hashed than for `ownerOfKey`, so that no key is a wallet. */
export function ownerOfWallet(wallet: Address): string {
  return bytesToHex(taggedHash('owner', hexToBytes(wallet.slice(2).toLowerCase())))
}

/** By the bytes of the keys. */
export function compareKeys(a: RosterEntry, b: RosterEntry): number {
  for (let i = 0; i < a.verifierKey.length; i++) {
    const difference = (a.verifierKey[i] as number) - (b.verifierKey[i] ?? -1)
    if (difference !== 0) return difference
  }
  return a.verifierKey.length - b.verifierKey.length
}
