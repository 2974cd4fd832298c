import type { RosterEntry } from './roster.ts'
import { WHOLE_TOKEN } from './stake-weight.ts'

/**
 * Owners of verifiers that a cell must have before its own members judge it, by equality. In a cell with fewer, the provider's friends may
 * be all there is: everybody judges it, tolerantly. Twice a committee, so that a dispute finds members who have not spoken.
 */
export const MIN_EXACT_OWNERS = 30

/**
 * Whether draws and committees for this cell prefer its members. Where anybody on the roster has a whole token at stake, only such owners count:
 * thirty strangers are free, and would judge their friend in place of those who have something to lose.
 */
export function isPopulated(roster: readonly RosterEntry[], cellId: string): boolean {
  const atStake = roster.filter(({ stake }) => stake >= WHOLE_TOKEN)
  const counted = atStake.length > 0 ? atStake : roster
  const members = counted.filter((entry) => entry.cellId === cellId && entry.stake > 0)
  return new Set(members.map(({ owner }) => owner)).size >= MIN_EXACT_OWNERS
}
