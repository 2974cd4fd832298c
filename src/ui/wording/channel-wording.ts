import type { PayingChannel } from '../../stores/index.ts'
import { inDateAndTime } from './date-wording.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** What its payer can do with a channel now. */
export function channelStepOf({ onChain }: PayingChannel, now: number): 'request' | 'finalize' | 'wait' {
  if (onChain === null || onChain.isClosed) return 'wait'
  if (onChain.closeRequestedAt === 0) return 'request'
  return now >= onChain.closeRequestedAt + onChain.challengeSeconds ? 'finalize' : 'wait'
}

export function channelInWords({ promised, onChain }: PayingChannel, now: number, token: TokenUnit): string {
  if (onChain === null) return `${inToken(promised, token)} promised. The chain does not know it yet.`
  if (onChain.isClosed) return `Closed. ${inToken(onChain.settled, token)} were paid, the rest came back.`
  const spent = `Spent ${inToken(promised, token)} of ${inToken(onChain.deposit, token)}`
  if (onChain.closeRequestedAt === 0) return `${spent}.`
  const endsAt = onChain.closeRequestedAt + onChain.challengeSeconds
  return now >= endsAt
    ? `${spent}. It can be closed: what was not claimed comes back.`
    : `${spent}. Closing: whoever was paid can claim until ${inDateAndTime(endsAt)}, then the rest comes back.`
}
