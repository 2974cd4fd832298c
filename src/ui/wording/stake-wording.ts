/** Numbers of a draw are divided by stake, and there is none to divide by. */
export const EQUAL_STAKES_IN_WORDS = 'Nothing is staked in this version, so all weigh the same.'

/** What each side had at stake, said honestly for this version of the protocol. */
export const STAKE_IN_WORDS =
  'Nothing: this version of Locus has no stakes and no payment. The provider signed what it computed, so a false answer can be shown to anyone, but it costs no money yet.'
