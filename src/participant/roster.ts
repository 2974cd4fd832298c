import { cellId } from '../protocol/evidence/cell.ts'
import { canonicalRoster, ownerOfKey, type Roster, type RosterEntry } from '../protocol/selection/roster.ts'
import type { Offer } from '../protocol/wire/offer.ts'

/**
 * One unit, in millionths: nothing is staked in this version, so everybody weighs the same, and whoever runs many participants has as many
 * chances (docs/threat-model.md).
 */
const EQUAL_WEIGHT = 1_000_000

/** Who may be drawn to check an answer: everybody whose offer is valid now, one entry for each key. Busy ones too: serving is another worker. */
export function rosterOf(offers: readonly Offer[]): Roster {
  const byKey = new Map<string, RosterEntry>()
  for (const { providerKey, peerId, cell } of offers) {
    const owner = ownerOfKey(providerKey)
    byKey.set(owner, { verifierKey: providerKey, owner, peerId, stake: EQUAL_WEIGHT, cellId: cellId(cell) })
  }
  return canonicalRoster([...byKey.values()]) ?? []
}
