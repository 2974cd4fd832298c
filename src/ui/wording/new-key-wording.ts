import type { Earnings, KeyUse } from '../../stores/index.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** What a new key means, before there is one. `hasWallet`: some wallet stands, or stood, behind the old one. */
export function newKeyInWords(hasWallet: boolean): { title: string; words: string }[] {
  const kept = hasWallet
    ? 'What was promised to the old key is kept on this device and paid to its wallet, whenever you settle. What the old key signed can be held against that wallet as before.'
    : 'Nothing is owed to the old key, so nothing is lost with it.'
  return [
    {
      title: 'What happens',
      words:
        'This browser makes a new key in place of this one, and loads the page anew. No wallet is asked. Nobody can bring the old key back, and answers on this page go: save the evidence that you want to keep.',
    },
    { title: 'What stays', words: kept },
    {
      title: 'What goes',
      words:
        'Others see a newcomer, whatever they knew of this device, and until a wallet delegates to the new key none stands behind it. Channels that the old key pays from pay for nothing new: close them on this page with your wallet, and what is left comes back.',
    },
  ]
}

/** Why no new key can be made now; null where it can. `hasWallet` as above. */
export function noNewKeyInWords(
  use: KeyUse | null,
  hasWallet: boolean,
  earnings: Pick<Earnings, 'pending' | 'claimable'> | null,
  token: TokenUnit,
): string | null {
  if (use === 'contributing') return 'To make a new key, stop contributing first.'
  if (use === 'asking') return 'To make a new key, let your answers end first, or stop them.'
  if (!hasWallet && earnings !== null && earnings.pending > earnings.claimable) {
    const owed = inToken(earnings.pending - earnings.claimable, token)
    return `Before you make a new key, delegate this one to a wallet: it is owed ${owed}, which nobody could be paid after that.`
  }
  return null
}

export const ENDED_KEY_IN_WORDS =
  'A key is delegated once, for a month at most. This one goes on for free, or you make a new one, to which a wallet can delegate.'
