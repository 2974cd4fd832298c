import { inToken } from './token-amount.ts'

/** Wei, of which every chain's own coin has 10¹⁸. */
const COIN = { symbol: 'of the chain’s own coin', decimals: 18 }

export function inCoin(wei: bigint): string {
  return inToken(wei, COIN)
}

/** What there is for network fees, and whether that is enough to do anything. */
export function coinInWords(wei: bigint, isSponsored: boolean): string {
  if (wei > 0n) return `And ${inCoin(wei)}, for network fees`
  return isSponsored
    ? 'And nothing of the chain’s own coin: what this site hands in is paid for, the rest costs a network fee'
    : 'And nothing of the chain’s own coin, which network fees are paid in'
}
