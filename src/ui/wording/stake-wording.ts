/** Numbers of a draw are divided by stake, of which everybody is taken to have one unit. */
export const EQUAL_STAKES_IN_WORDS = 'Stake weighs in no draw yet, so all weigh the same.'

/** What each side had at stake, where the site names no chain to ask. */
export const STAKE_IN_WORDS =
  'An answer does not say what its provider has staked. The provider signed what it computed, so a false answer can be shown to anyone.'
