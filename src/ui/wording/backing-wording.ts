import { type AnswerKey, type KnownBacking, type SlashState, sessionStatusOf } from '../../stores/index.ts'
import { inDate, inDateAndTime } from './date-wording.ts'
import { providerName } from './provider-name.ts'
import { shortId } from './short-id.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** What a person might take these numbers for, and they are not. */
export function stakeNowInWords({ name, isTest }: { name: string; isTest: boolean }): string {
  const chain = isTest ? `${name}, a test chain whose money is worth nothing` : name
  return `On ${chain}. This is what stands there now, not when the answer was given. What weighed in a draw is what the asker’s page read before it.`
}

/** `Provider, peer 12D3…Qxx7`. */
export function signerInWords(signer: AnswerKey): string {
  return signer.role === 'provider'
    ? `Provider, ${providerName(signer.leg)}`
    : `Verifier, peer ${shortId(signer.verifier.peerId)}`
}

export const NO_BACKING_IN_WORDS = 'No wallet stands behind this key, so a false answer would cost it nothing here.'

/** Goes on after the wallet that it is about. */
export function standsBehindInWords(session: NonNullable<KnownBacking['session']>, at: number): string {
  const status = sessionStatusOf(session, at)
  switch (status.status) {
    case 'waiting':
      return `will stand behind this key from ${inDateAndTime(status.from)} on.`
    case 'active':
      return `stands behind this key until ${inDate(status.until)}.`
    case 'accountable':
      return `stood behind this key, which ${endInWords(status)}. What the key signed before can be held against it until ${inDate(status.until)}.`
    case 'over':
      return `stood behind this key, which ${endInWords(status)}. What the key signed can no longer be held against it.`
    default:
      return status satisfies never
  }
}

function endInWords({ isRevoked }: { isRevoked: boolean }): string {
  return isRevoked ? 'was revoked' : 'has expired'
}

export function holdingsInWords(
  { bonded, locks }: Pick<NonNullable<KnownBacking['holdings']>, 'bonded' | 'locks'>,
  token: TokenUnit,
): string {
  const unbonding = locks.reduce((sum, { amount }) => sum + amount, 0n)
  if (bonded === 0n && unbonding === 0n) return 'Nothing is staked there, so there is nothing to take.'
  return unbonding === 0n
    ? `${inToken(bonded, token)} are staked.`
    : `${inToken(bonded, token)} are staked, and ${inToken(unbonding, token)} are unbonding.`
}

/** What nobody must miss about a wallet, before all numbers; null where nothing stands against it. */
export function alarmInWords(slashes: readonly SlashState[]): string | null {
  const count = (state: SlashState['state']): number => slashes.filter((slash) => slash.state === state).length
  const [slashed, waiting] = [count('slashed'), count('waiting')]
  if (slashed > 0) return slashed === 1 ? 'This wallet was slashed.' : `This wallet was slashed ${slashed} times.`
  if (waiting > 0)
    return waiting === 1 ? 'A proof stands against this wallet.' : `${waiting} proofs stand against this wallet.`
  return null
}

/** Before what `slashInWords` says. */
export const SLASH_TITLES: Record<SlashState['state'], string> = {
  waiting: 'Not decided yet.',
  slashed: 'Slashed.',
  released: 'Refuted.',
}

export function lookedUpInWords(at: number): string {
  return `Looked up on ${inDateAndTime(at)}.`
}
