/** What each side had at stake, said honestly for this version of the protocol. */
export const STAKE_IN_WORDS =
  'Nothing: this version of Locus has no stakes and no payment. The provider signed what it computed, so a false answer can be shown to anyone, but it costs no money yet.'
