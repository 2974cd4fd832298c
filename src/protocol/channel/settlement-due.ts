/** Work is handed in once it is worth this many times what that costs: below, gas would eat a noticeable part of it. */
const WORTH_TIMES_GAS = 100n

export interface SettlementFacts {
  /** Promised by vouchers and not paid out, in the token's smallest unit. */
  pending: bigint
  /** Of handing it in; 0 where somebody else pays for it. In wei. */
  gasWei: bigint
  /** What 10¹⁸ of the token's smallest units are worth, in wei; null: nobody knows, and then gas is no reason. */
  weiPerToken: bigint | null
  /** Some payer has asked to close: what is not handed in when its challenge period ends is lost. */
  isClosing: boolean
  /** The page is about to stop contributing. */
  isLeaving: boolean
}

/** Why vouchers should be handed in now; null: later is cheaper. */
export function settlementDue(facts: SettlementFacts): 'closing' | 'leaving' | 'worth-it' | null {
  const { pending, gasWei, weiPerToken, isClosing, isLeaving } = facts
  if (pending === 0n) return null
  if (isClosing) return 'closing'
  const worthWei = weiPerToken === null ? null : (pending * weiPerToken) / 10n ** 18n
  if (isLeaving) return worthWei === null || worthWei > gasWei ? 'leaving' : null
  return worthWei !== null && worthWei > WORTH_TIMES_GAS * gasWei ? 'worth-it' : null
}
