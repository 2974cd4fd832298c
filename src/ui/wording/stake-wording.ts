/** Numbers of a draw are divided by stake, and there is none to divide by. */
export const EQUAL_STAKES_IN_WORDS = 'Nothing is staked in this version, so all weigh the same.'

/** What each side had at stake, as far as an answer tells. */
export const STAKE_IN_WORDS =
  'An answer does not say what its provider has staked. The provider signed what it computed, so a false answer can be shown to anyone.'
