import type { Earnings } from '../../stores/index.ts'
import { inDate } from './date-wording.ts'
import { inExactToken, inToken, type TokenUnit } from './token-amount.ts'

/** What a person reads before the wallet shows its prompt. */
export interface PromptWording {
  asks: string
  allows: string
  /** What it does not allow, or does not undo. */
  never: string
}

/** How something gets into a block, and who pays for that. */
function handedIn(isSponsored: boolean): string {
  return isSponsored
    ? 'This site hands it in and pays the network fee'
    : 'It sends a transaction, for which you pay the network fee'
}

export function delegationPrompt(cap: bigint, until: number, isSponsored: boolean, token: TokenUnit): PromptWording {
  const asked = isSponsored
    ? 'To sign one message that names this device’s key. This site hands it in and pays the network fee.'
    : 'To send one transaction that names this device’s key. You pay the network fee.'
  const pays = cap === 0n ? '' : `, and to put up to ${inExactToken(cap, token)} in all into payment channels`
  return {
    asks: asked,
    allows: `This device’s key to sign answers and verdicts in your wallet’s name${pays}, until ${inDate(until)} or until you revoke it.`,
    never: `It cannot move, stake or take out your tokens${cap === 0n ? ', nor pay with them' : ' in any other way'}, and cannot make this longer or larger. But a false statement that it signs can be held against your stake until a week after its end.`,
  }
}

export function revokePrompt(): PromptWording {
  return {
    asks: 'To send one transaction. Your wallet pays the network fee.',
    allows:
      'Nothing: from then on this key signs nothing new in your wallet’s name. It can never be delegated to again.',
    never: 'What it has already signed stays good, and can be held against your stake for one more week.',
  }
}

export function stakePrompt(amount: bigint, isSponsored: boolean, token: TokenUnit): PromptWording {
  const exactly = inExactToken(amount, token)
  return {
    asks: isSponsored
      ? `To sign one permit of exactly ${exactly}. This site hands it in and pays the network fee.`
      : `To approve exactly ${exactly} and to stake them: one prompt where your wallet can do both at once, two where it cannot. You pay the network fee.`,
    allows: `The stake contract to take ${exactly} from your wallet, once.`,
    never: 'It cannot take more, now or later. To get them back you unbond them, which takes a week or more.',
  }
}

export function unbondPrompt(amount: bigint, token: TokenUnit): PromptWording {
  return {
    asks: 'To send one transaction. Your wallet pays the network fee.',
    allows: `${inExactToken(amount, token)} to leave your stake: they weigh in no draw from then on, and can be taken out a week later or more.`,
    never:
      'Until then they cannot be moved, and a proof of what you did before can still take its part of them. Unbonding is not taken back; you can only stake anew.',
  }
}

export function allowancePrompt(amount: bigint, isSponsored: boolean, token: TokenUnit): PromptWording {
  const exactly = inExactToken(amount, token)
  return {
    asks: `To sign one permit of exactly ${exactly}. ${handedIn(isSponsored)}.`,
    allows: `Payment channels that this device’s key opens to take ${exactly} from your wallet in all, in place of what was allowed before.`,
    never: 'No more than that. What a channel holds and does not spend comes back to your wallet when it closes.',
  }
}

export function settlePrompt(
  { unsettledReceipts, claimable, channels, payee }: Earnings,
  isSponsored: boolean,
  token: TokenUnit,
): PromptWording {
  const isShared = channels.some((each) => each.payee !== null && each.payee !== payee && each.promised > each.settled)
  const receipts = unsettledReceipts === 1 ? 'one receipt' : `${unsettledReceipts} receipts`
  return {
    asks: `To sign one list of ${receipts}, as one number that stands for them all. ${handedIn(isSponsored)}.`,
    allows: `Channels to pay out what they promise this device, ${inToken(claimable, token)}, ${isShared ? 'each to the wallet behind the key that earned it' : 'to your wallet'}.`,
    never:
      'It takes nothing from your wallet. But it says that these receipts are yours: a false one can be held against your stake.',
  }
}
