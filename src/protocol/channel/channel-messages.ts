/**
 * What a payer's session key signs of a channel (EIP-712, contracts/src/libraries/ChainMessages.sol), and the name of a channel. Addresses have 20
 * bytes, keys and ids 32. Digests have 32 bytes; a P-256 key signs SHA-256 of them.
 */
import { bytesToHex } from '../hash.ts'
import { encodeWords, keccak, type StructWord, structDigester } from '../receipt/struct-digest.ts'
import type { PaymentTerms } from './payment-terms.ts'

export const CHANNEL_TYPES = {
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'cumulativeAmount', type: 'uint128' },
  ],
  ChannelOpen: [
    { name: 'payer', type: 'address' },
    { name: 'payeeKey', type: 'bytes32' },
    { name: 'salt', type: 'bytes32' },
    { name: 'amount', type: 'uint128' },
  ],
  ChannelTopUp: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'deposit', type: 'uint128' },
  ],
} as const

/** Where a channel is: a chain and the contract on it; 0 and zeros for free work. */
export type ChannelPlace = Pick<PaymentTerms, 'chainId' | 'channels'>

type Digest = (words: readonly StructWord[]) => Uint8Array
type Digests = Record<keyof typeof CHANNEL_TYPES, Digest>

/** A page meets one place, or two; a stranger who names others must not fill memory. */
const MAX_PLACES = 8
const places = new Map<string, Digests>()

function digestsAt({ chainId, channels }: ChannelPlace): Digests {
  const verifyingContract = `0x${bytesToHex(channels)}` as const
  const name = `${chainId} ${verifyingContract}`
  const known = places.get(name)
  if (known !== undefined) return known
  // No contract reads what is signed for chain 0, and no chain has this id.
  const domain = { name: 'Locus', version: '1', chainId, verifyingContract }
  const digest = (type: keyof typeof CHANNEL_TYPES): Digest => structDigester(domain, CHANNEL_TYPES, type)
  const made: Digests = {
    Voucher: digest('Voucher'),
    ChannelOpen: digest('ChannelOpen'),
    ChannelTopUp: digest('ChannelTopUp'),
  }
  if (places.size >= MAX_PLACES) places.clear()
  places.set(name, made)
  return made
}

/** "All that I owe on this channel, ever, is so much": the highest one is the only one that matters. */
export function voucherDigest(place: ChannelPlace, channelId: Uint8Array, cumulativeAmount: bigint): Uint8Array {
  return digestsAt(place).Voucher([channelId, cumulativeAmount])
}

/** Lets anybody open this one channel with the payer's allowance, within the session's cap. */
export function openDigest(
  place: ChannelPlace,
  terms: { payer: Uint8Array; payeeKey: Uint8Array; salt: Uint8Array; amount: bigint },
): Uint8Array {
  return digestsAt(place).ChannelOpen([terms.payer, terms.payeeKey, terms.salt, terms.amount])
}

/** Lets anybody raise the channel's deposit to this. */
export function topUpDigest(place: ChannelPlace, channelId: Uint8Array, deposit: bigint): Uint8Array {
  return digestsAt(place).ChannelTopUp([channelId, deposit])
}

/** `Channels.channelIdOf`: nobody needs the chain to know what a channel will be called. */
export function channelIdOf(
  place: ChannelPlace & { token: Uint8Array },
  channel: { payer: Uint8Array; payeeKey: Uint8Array; signerKey: Uint8Array; salt: Uint8Array },
): Uint8Array {
  const { payer, payeeKey, signerKey, salt } = channel
  return keccak(encodeWords([place.chainId, place.channels, place.token, payer, payeeKey, signerKey, salt]))
}
