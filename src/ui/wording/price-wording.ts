import type { AnswerPayment, TokenPrice } from '../../stores/index.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** Single tokens cost too little to be read. */
const TOKENS = 1_000n

/** `0.002 LOC for 1,000 tokens of the answer, 0.0005 LOC for 1,000 of the opening`. */
export function priceInWords({ perToken, perPromptToken }: TokenPrice, token: TokenUnit): string {
  const answer = `${inToken(perToken * TOKENS, token)} for 1,000 tokens of the answer`
  return perPromptToken === 0n
    ? `${answer}, the opening for nothing`
    : `${answer}, ${inToken(perPromptToken * TOKENS, token)} for 1,000 of the opening`
}

/** Runs while an answer is written: looked at, not read out. */
export function spendingInWords(payment: AnswerPayment | null, maxAmount: bigint, token: TokenUnit): string {
  const spent = payment?.kind === 'paid' ? payment.spent : 0n
  return `Spent ${inToken(spent, token)} of at most ${inToken(maxAmount, token)}`
}

/** What an accepted answer has cost. */
export function paidInWords(payment: AnswerPayment | null, token: TokenUnit | null): string {
  if (payment === null || payment.kind === 'free' || token === null) return 'Nothing. It was answered for free.'
  if (payment.spent === 0n) return 'Nothing. No voucher was signed.'
  const allowed = payment.maxAmount > 0n ? `, of at most ${inToken(payment.maxAmount, token)}` : ''
  return `${inToken(payment.spent, token)}${allowed}. The price was ${priceInWords(payment.price, token)}.`
}
