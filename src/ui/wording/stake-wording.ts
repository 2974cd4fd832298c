import { inMeasure } from './amounts.ts'

/** The protocol counts stake in millionths of one token. */
const MILLIONTHS = 1_000_000

/** What a key weighs for which nobody has staked anything. */
const STRANGER = 1

/** Why numbers of a draw can be compared: each is divided by what its verifier weighs. */
export function weightsInWords(isWeighted: boolean): string {
  return isWeighted
    ? 'Each number is divided by stake, so the more somebody has to lose, the sooner they are drawn. The stakes are what the asker’s page wrote on the list, before the round was known, and signed. Where this site names a chain, “At stake” looks up what stands there now.'
    : 'By the list of the asker’s page all weigh the same.'
}

/** One drawn verifier's weight, where not all are equal. */
export function weightInWords(stake: number): string {
  if (stake <= STRANGER) return 'Weighs next to nothing: no stake was counted for this key.'
  const tokens = inMeasure(stake / MILLIONTHS)
  if (tokens === '0') return 'Weighs less than 0.01 tokens.'
  return `Weighs ${tokens} ${tokens === '1' ? 'token' : 'tokens'}.`
}

/** The number that drew a verifier, for one token of stake; where all weigh the same, for whatever each weighs. */
export function drawNumberInWords({ drawKey, stake }: { drawKey: number; stake: number }, isWeighted: boolean): string {
  return (drawKey * (isWeighted ? MILLIONTHS : stake)).toPrecision(4)
}

/** What each side had at stake, where the site names no chain to ask. */
export const STAKE_IN_WORDS =
  'An answer does not say what its provider has staked. The provider signed what it computed, so a false answer can be shown to anyone.'
