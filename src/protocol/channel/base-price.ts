import { hexToBytes } from '../hash.ts'
import { amountToBytes } from './amount.ts'
import type { ChainNetwork } from './chain-network.ts'
import type { Price } from './payment-terms.ts'

/** Tokens written for one whole token of the currency: what a provider asks while no market says otherwise. */
const TOKENS_PER_UNIT = 10_000n

/** Reading is a prefill, some eight times as cheap as writing (docs/benchmarks.md). */
const READING_IS_CHEAPER = 8n

/** The price of every model until protocol.md §5.10 gets its market. */
export function basePrice({ chainId, contracts, token }: ChainNetwork): Price {
  const perToken = 10n ** BigInt(token.decimals) / TOKENS_PER_UNIT
  return {
    chainId,
    channels: hexToBytes(contracts.channels.slice(2).toLowerCase()),
    perPromptToken: amountToBytes(perToken / READING_IS_CHEAPER),
    perToken: amountToBytes(perToken),
  }
}
