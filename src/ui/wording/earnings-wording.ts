import type { EarningChannel, Earnings } from '../../stores/index.ts'
import { inDateAndTime } from './date-wording.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** Why nothing can be settled now; null where it can. `connected`: the wallet's address. */
export function settleableInWords(earnings: Earnings, connected: string | null): string | null {
  const { pending, claimable, unsettledReceipts, payee } = earnings
  if (unsettledReceipts === 0 && (payee === null ? pending : claimable) === 0n) return 'There is nothing to settle.'
  if (payee === null) {
    return 'No wallet stands behind this device’s key, so nobody can be paid yet. Nothing is lost by that: delegate this key later.'
  }
  if (connected === null) return 'Connect the wallet that is paid, to settle.'
  if (connected.toLowerCase() !== payee.toLowerCase()) return 'Switch to the wallet that is paid, to settle.'
  return null
}

/** What is owed, and whether all of it has somewhere to go. */
export function promisedInWords({ pending, claimable }: Earnings, token: TokenUnit): string {
  const promised = `${inToken(pending, token)}, not paid out yet`
  const isSplit = claimable > 0n && claimable < pending
  return isSplit
    ? `${promised}; ${inToken(pending - claimable, token)} of it once a wallet stands behind this key`
    : promised
}

/** What is lost if nobody settles in time, and when; null where no payer wants to close. */
export function closingInWords(channels: readonly EarningChannel[], token: TokenUnit): string | null {
  const closing = channels.filter(({ closesAt, promised, settled }) => closesAt !== null && promised > settled)
  if (closing.length === 0) return null
  const first = Math.min(...closing.map(({ closesAt }) => closesAt ?? Infinity))
  const open = closing.reduce((sum, { promised, settled }) => sum + promised - settled, 0n)
  const who = closing.length === 1 ? 'A payer closes its channel' : `${closing.length} payers close their channels`
  return `${who}: settle before ${inDateAndTime(first)}, or ${inToken(open, token)} may go back.`
}
