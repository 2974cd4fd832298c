import type { RosterEntry } from './roster.ts'

/**
 * Owners of verifiers that a cell must have before its own members judge it, by equality. In a cell with fewer, the provider's friends may
 * be all there is: everybody judges it, tolerantly. Twice a committee, so that a dispute finds members who have not spoken.
 */
export const MIN_EXACT_OWNERS = 30

/** Whether draws and committees for this cell prefer its members. */
export function isPopulated(roster: readonly RosterEntry[], cellId: string): boolean {
  const members = roster.filter((entry) => entry.cellId === cellId && entry.stake > 0)
  return new Set(members.map(({ owner }) => owner)).size >= MIN_EXACT_OWNERS
}
