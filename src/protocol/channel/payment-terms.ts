import * as v from 'valibot'
import { taggedHash } from '../hash.ts'
import { Bytes32, bytesOf, count } from '../wire/schemas.ts'
import { AmountBytes, amountOf, amountToBytes } from './amount.ts'

/** A price as it stands in offers: on which chain, under which contract, how much for each token (protocol.md §5.10). */
export const PriceSchema = v.strictObject({
  chainId: v.pipe(count(Number.MAX_SAFE_INTEGER), v.minValue(1)),
  /** Address of the Channels contract. */
  channels: bytesOf(20),
  /** Of the prompt, and of what is resumed: paid before it is read. */
  perPromptToken: AmountBytes,
  /** Of the answer: paid by the segment. */
  perToken: AmountBytes,
})
export type Price = v.InferOutput<typeof PriceSchema>

/** How one job is paid; part of the request, so that every receipt covers it. Of a free job the chain is 0 and its vouchers count credits. */
export const PaymentTermsSchema = v.strictObject({
  chainId: count(Number.MAX_SAFE_INTEGER),
  channels: bytesOf(20),
  channelId: Bytes32,
  perPromptToken: AmountBytes,
  perToken: AmountBytes,
})
export type PaymentTerms = v.InferOutput<typeof PaymentTermsSchema>

/** One credit for every token that is read or written. */
const CREDIT = amountToBytes(1n)
const NOWHERE = new Uint8Array(20)

/** Free work uses the same messages on a channel that no chain knows: its vouchers tally what was given, and are worth nothing. */
export function freeTerms(requesterKey: Uint8Array, providerKey: Uint8Array): PaymentTerms {
  const channelId = taggedHash('free-channel', requesterKey, providerKey)
  return { chainId: 0, channels: NOWHERE, channelId, perPromptToken: CREDIT, perToken: CREDIT }
}

export function paidTerms(price: Price, channelId: Uint8Array): PaymentTerms {
  return { ...price, channelId }
}

export function isFree({ chainId }: Pick<PaymentTerms, 'chainId'>): boolean {
  return chainId === 0
}

/** What reading costs: the prompt, and the part of an answer that somebody else had committed. */
export function promptCharge(terms: Pick<PaymentTerms, 'perPromptToken'>, promptTokens: number): bigint {
  return amountOf(terms.perPromptToken) * BigInt(promptTokens)
}

export function outputCharge(terms: Pick<PaymentTerms, 'perToken'>, tokens: number): bigint {
  return amountOf(terms.perToken) * BigInt(tokens)
}

/** How many tokens of an answer an amount pays for, its prompt paid first; negative if not even that. */
export function affordableTokens(
  price: Pick<Price, 'perPromptToken' | 'perToken'>,
  promptTokens: number,
  amount: bigint,
): number {
  const rest = amount - promptCharge(price, promptTokens)
  if (rest < 0n) return -1
  const perToken = amountOf(price.perToken)
  return perToken === 0n ? Number.MAX_SAFE_INTEGER : Number(rest / perToken)
}
