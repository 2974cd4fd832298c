import { SCOPE_VERIFY } from '../protocol/channel/delegation.ts'
import { cellId } from '../protocol/evidence/cell.ts'
import { bytesToHex } from '../protocol/hash.ts'
import {
  canonicalRoster,
  compareKeys,
  ownerOfKey,
  ownerOfWallet,
  type Roster,
  type RosterEntry,
} from '../protocol/selection/roster.ts'
import { STRANGER_WEIGHT, weightOf } from '../protocol/selection/stake-weight.ts'
import type { Offer } from '../protocol/wire/offer.ts'
import { backingOf, isActive, type Stakes } from './stakes.ts'

export interface RosterView {
  stakes: Stakes
  /** Whose answer it is: its providers and its requester. */
  parties: readonly Uint8Array[]
  /** The last provider's. */
  cellId: string
  nowSeconds: number
}

/**
 * Who may be drawn to check an answer (protocol.md §5.4): everybody whose offer is valid now, one entry for each key; busy ones too, since serving is
 * another worker. Other keys of the parties' wallets are left out: nobody checks itself, and a draw only knows the owners of keys that are on the list.
 */
export function rosterOf(offers: readonly Offer[], view: RosterView): Roster {
  const { stakes, parties } = view
  const isParty = new Set(parties.map(bytesToHex))
  const theirOwners = new Set(parties.map((key) => ownerOf(stakes, key)))
  const byKey = new Map<string, RosterEntry>()
  for (const { providerKey, peerId, cell } of offers) {
    const [name, owner] = [bytesToHex(providerKey), ownerOf(stakes, providerKey)]
    if (theirOwners.has(owner) && !isParty.has(name)) continue
    byKey.set(name, { verifierKey: providerKey, owner, peerId, stake: STRANGER_WEIGHT, cellId: cellId(cell) })
  }
  const entries = [...byKey.values()]
  const weighty = carriersOf(entries, view)
  return canonicalRoster(entries.map((entry) => ({ ...entry, stake: weighty.get(entry) ?? entry.stake }))) ?? []
}

/**
 * One key of each wallet carries all of its stake, as in the contracts' committees, where a wallet enrols one key for each cell: the one in the last
 * provider's cell, else the first by its bytes. If each carried it, ten keys would weigh ten times the stake; if they shared it, one owner could sit in
 * many seats, and has one voice.
 */
function carriersOf(entries: readonly RosterEntry[], view: RosterView): Map<RosterEntry, number> {
  const { stakes, nowSeconds } = view
  const carriers = new Map<string, { entry: RosterEntry; weight: number }>()
  if (stakes.state !== 'known') return new Map()
  for (const entry of entries) {
    const backing = backingOf(stakes, entry.verifierKey)
    if (backing === null || !isActive(backing, nowSeconds) || (backing.scope & SCOPE_VERIFY) === 0) continue
    const other = carriers.get(entry.owner)?.entry
    if (other !== undefined && comesFirst(other, entry, view.cellId)) continue
    carriers.set(entry.owner, { entry, weight: weightOf(backing.bonded, stakes.network.token.decimals) })
  }
  return new Map([...carriers.values()].map(({ entry, weight }) => [entry, weight]))
}

function comesFirst(one: RosterEntry, other: RosterEntry, preferred: string): boolean {
  const isPreferred = one.cellId === preferred
  return isPreferred === (other.cellId === preferred) ? compareKeys(one, other) < 0 : isPreferred
}

/** A wallet owns every key that it ever delegated to: what became of the session makes the person no other one. */
function ownerOf(stakes: Stakes, key: Uint8Array): string {
  const backing = backingOf(stakes, key)
  return backing === null ? ownerOfKey(key) : ownerOfWallet(backing.wallet)
}
