/**
 * In millionths of one token, the contracts' `stakeUnit`: what a key weighs behind which nobody has staked anything. Where nobody has, all weigh the
 * same; where somebody has, strangers weigh next to nothing. Zero would leave a network without stake with nobody to draw.
 */
export const STRANGER_WEIGHT = 1

/** One token, in millionths. */
export const WHOLE_TOKEN = 1_000_000

/** What so much bonded stake weighs in a draw: rounded down, at least a stranger's, at most what the contracts take (2⁵³ − 1). */
export function weightOf(bonded: bigint, decimals: number): number {
  const millionths = (bonded * BigInt(WHOLE_TOKEN)) / 10n ** BigInt(decimals)
  if (millionths < BigInt(STRANGER_WEIGHT)) return STRANGER_WEIGHT
  return millionths > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(millionths)
}
