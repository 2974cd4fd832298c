import { inToken, parseAmount, problemInWords, type TokenUnit } from './token-amount.ts'

export type CheckedAmount = { amount: bigint } | { problem: string }

/** An amount that can be used as it stands, or what is wrong with it. `most`: null for no end. */
export function checkAmount(text: string, token: TokenUnit, least: bigint, most: bigint | null): CheckedAmount {
  const parsed = parseAmount(text, token)
  switch (parsed.state) {
    case 'empty':
      return { problem: 'Write an amount first.' }
    case 'refused':
      return { problem: problemInWords(parsed.problem, token) }
    case 'amount':
      if (parsed.amount < least) return { problem: 'Write an amount above zero.' }
      if (most !== null && parsed.amount > most)
        return { problem: `That is more than the ${inToken(most, token)} there is.` }
      return { amount: parsed.amount }
    default:
      return parsed satisfies never
  }
}
