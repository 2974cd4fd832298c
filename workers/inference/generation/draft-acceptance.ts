import { LONGEST_MATCH } from './draft-lookup.ts'

/** Weight that each later trial leaves to the earlier ones: a text that turns repetitive is noticed within some twenty tokens. */
const MEMORY = 0.95
/** Before any trial: a longer match is right more often. Two trials' worth, so that the text itself soon counts for more. */
const PRIOR_TRIALS = 2
const PRIOR_SHARE = 0.35
const PRIOR_SHARE_PER_ID = 0.1

export interface DraftAcceptance {
  /** Chance that a draft is right, given that those before it were. */
  chance(matched: number): number
  /** Of `tried` drafts in a row `right` ones were right, then one was wrong or the drafts ended. */
  learn(matched: number, tried: number, right: number): void
}

/** How often the drafts of one text come true, by length of their match: a decaying Beta estimate. */
export function createDraftAcceptance(): DraftAcceptance {
  const tallies = Array.from({ length: LONGEST_MATCH + 1 }, (_, matched) => ({
    right: PRIOR_TRIALS * (PRIOR_SHARE + PRIOR_SHARE_PER_ID * Math.max(0, matched - 2)),
    trials: PRIOR_TRIALS,
  }))

  return {
    chance(matched) {
      const tally = tallies[matched]
      return tally === undefined || tally.trials === 0 ? 0 : tally.right / tally.trials
    },
    learn(matched, tried, right) {
      const tally = tallies[matched]
      if (tally === undefined || tried === 0) return
      tally.right = tally.right * MEMORY + right
      tally.trials = tally.trials * MEMORY + Math.min(tried, right + 1)
    },
  }
}
