import { amountOf } from '../protocol/channel/amount.ts'
import { basePrice } from '../protocol/channel/base-price.ts'
import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import { channelIdOf, openDigest, topUpDigest } from '../protocol/channel/channel-messages.ts'
import { keyIdOf, SCOPE_PAY, signerOf } from '../protocol/channel/delegation.ts'
import { type PaymentTerms, type Price, paidTerms } from '../protocol/channel/payment-terms.ts'
import { CodedError } from '../protocol/errors.ts'
import { bytesEqual, bytesToHex, hexToBytes } from '../protocol/hash.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import { createJobPayer, type JobPayer } from './job-payer.ts'
import type { Chain, Clock, MoneyBook, OwnChannel, Random, SessionKey } from './ports.ts'

/** A delegation that ends within this time pays for nothing new: the payee must still be able to settle. */
const MIN_SESSION_SECONDS = 15 * 60

export interface PayDeskPorts {
  chain: Chain
  book: MoneyBook
  sessionKey: SessionKey
  clock: Pick<Clock, 'now'>
  random: Random
}

/** A channel that is ready for one job. */
export interface PreparedPayment {
  payer: JobPayer
  /** What the channel holds. */
  deposit: bigint
  /** What went from the wallet into it for this. */
  moved: bigint
}

/** Where a requester's money goes out: one channel for each provider, opened and filled by the session key within what the wallet allowed. */
export interface PayDesk {
  /** Whether this price is asked on our chain, and is no higher than what everybody asks: until there is a market, more is a mistake or a theft. */
  accepts(price: Price | null): price is Price
  /**
   * Resolves when a channel to this provider holds at least `amount` that is not promised yet, having moved no more than `mayMove` into it. Errors:
   * `payment/cap` where that, or what the wallet has allowed, is not enough; `chain/*`, `storage/*`.
   */
  prepare(
    providerKey: Uint8Array,
    price: Price,
    amount: bigint,
    mayMove: bigint,
    signal?: AbortSignal,
  ): Promise<PreparedPayment>
  /** Every channel on our chain that this device has opened, and what it has promised on each. Errors: `storage/*`. */
  channels(): Promise<{ channelId: HexBytes; promised: bigint }[]>
}

export function createPayDesk({ chain, book, sessionKey, clock, random }: PayDeskPorts): PayDesk {
  const { chainId, contracts, token } = chain.network
  const place = { chainId, channels: addressBytes(contracts.channels), token: addressBytes(token.address) }
  const fair = basePrice(chain.network)
  const signer = signerOf(sessionKey.publicKey, contracts.p256Verifier)
  const signerKey = hexToBytes(keyIdOf(signer).slice(2))
  /** What running jobs of this page may still promise, by channel in hex: it is not there for another one. */
  const reserved = new Map<string, bigint>()
  const reserve = (channelId: Uint8Array, change: bigint): void => {
    const name = bytesToHex(channelId)
    reserved.set(name, (reserved.get(name) ?? 0n) + change)
  }
  /** One provider's channel is opened or filled by one job at a time. */
  const queues = new Map<string, Promise<unknown>>()

  const requirePayer = async (): Promise<Address> => {
    const session = await chain.session(sessionKey.publicKey)
    const now = clock.now() / 1_000
    const isActive =
      session !== null &&
      session.revokedAt === 0 &&
      session.validUntil > now + MIN_SESSION_SECONDS &&
      (session.scope & SCOPE_PAY) !== 0
    if (!isActive) throw new CodedError(NOT_DELEGATED)
    return session.wallet
  }

  /**
   * The channel of ours to this provider that still pays, from this device's memory and the chain's. The chain's word, which comes from some node,
   * never raises what is promised: where it says that more was settled, the channel is not touched again.
   */
  const find = async (payer: Address, providerKey: Uint8Array): Promise<OwnChannel | null> => {
    for (const channel of await book.channels()) {
      const isOurs =
        channel.chainId === chainId &&
        bytesEqual(channel.channels, place.channels) &&
        bytesEqual(channel.payeeKey, providerKey) &&
        channel.payer.toLowerCase() === payer.toLowerCase()
      if (!isOurs) continue
      const state = await chain.channel(hex(channel.channelId))
      if (state === null || state.isClosed || state.closeRequestedAt !== 0) continue
      // An earlier key of this device opened it: its vouchers are signed by that key or by nobody.
      if (state.authorizedSigner !== hex(signerKey)) continue
      if (state.settled > channel.promised) continue
      return { ...channel, deposit: state.deposit }
    }
    return null
  }

  const open = async (
    payer: Address,
    providerKey: Uint8Array,
    amount: bigint,
    signal?: AbortSignal,
  ): Promise<OwnChannel> => {
    const salt = random.bytes(32)
    const payeeKey = keyIdOf(signerOf(providerKey, contracts.p256Verifier))
    const ids = { payer: addressBytes(payer), payeeKey: hexToBytes(payeeKey.slice(2)), salt }
    const channelId = channelIdOf(place, { ...ids, signerKey })
    const signature = hex(await sessionKey.sign(openDigest(place, { ...ids, amount })))
    const { channels } = place
    const channel = { chainId, channels, channelId, payer, payeeKey: providerKey, salt, promised: 0n, deposit: amount }
    // Remembered before it exists: a page that ends here finds its money again.
    await book.keepChannel(channel)
    const signed = { signer, signature }
    await chain.handIn({ kind: 'open-channel', payer, payeeKey, salt: hex(salt), amount, signed }, signal)
    return channel
  }

  const topUp = async (channel: OwnChannel, deposit: bigint, signal?: AbortSignal): Promise<OwnChannel> => {
    const signature = hex(await sessionKey.sign(topUpDigest(place, channel.channelId, deposit)))
    const signed = { signer, signature }
    await chain.handIn({ kind: 'top-up', channelId: hex(channel.channelId), deposit, signed }, signal)
    return { ...channel, deposit }
  }

  const ready = async (
    providerKey: Uint8Array,
    amount: bigint,
    mayMove: bigint,
    signal?: AbortSignal,
  ): Promise<{ channel: OwnChannel; moved: bigint }> => {
    const payer = await requirePayer()
    const found = await find(payer, providerKey)
    const taken = found === null ? 0n : found.promised + (reserved.get(bytesToHex(found.channelId)) ?? 0n)
    const missing = found === null ? amount : amount - (found.deposit - taken)
    if (found !== null && missing <= 0n) return { channel: found, moved: 0n }
    if (missing > mayMove) throw new CodedError(TOO_MANY_DEPOSITS)
    const { balance, payAllowance } = await chain.account(payer)
    if (balance < missing || payAllowance < missing) throw new CodedError(NOT_ALLOWED)
    const channel =
      found === null
        ? await open(payer, providerKey, amount, signal)
        : await topUp(found, found.deposit + missing, signal)
    return { channel, moved: missing }
  }

  /** `left`: what the job may still promise. */
  const payerOf = (channel: OwnChannel, terms: PaymentTerms, left: bigint): JobPayer => {
    reserve(channel.channelId, left)
    return createJobPayer(sessionKey, terms, {
      async promise(amount) {
        const promised = await book.promise(channel.channelId, amount, channel.deposit)
        if (promised === null) throw new CodedError(NOT_ALLOWED)
        const used = amount < left ? amount : left
        left -= used
        reserve(channel.channelId, -used)
        return promised
      },
      release() {
        reserve(channel.channelId, -left)
        left = 0n
      },
    })
  }

  return {
    accepts: (price): price is Price =>
      price !== null &&
      price.chainId === chainId &&
      bytesEqual(price.channels, place.channels) &&
      amountOf(price.perPromptToken) <= amountOf(fair.perPromptToken) &&
      amountOf(price.perToken) <= amountOf(fair.perToken),

    async prepare(providerKey, price, amount, mayMove, signal) {
      const name = bytesToHex(providerKey)
      const mine = (queues.get(name) ?? Promise.resolve())
        .catch(() => {})
        .then(async () => {
          const { channel, moved } = await ready(providerKey, amount, mayMove, signal)
          return { channel, moved, payer: payerOf(channel, paidTerms(price, channel.channelId), amount) }
        })
      queues.set(name, mine)
      const { channel, moved, payer } = await mine
      return { payer, deposit: channel.deposit, moved }
    },

    async channels() {
      const ours = (await book.channels()).filter(
        (channel) => channel.chainId === chainId && bytesEqual(channel.channels, place.channels),
      )
      return ours.map(({ channelId, promised }) => ({ channelId: hex(channelId), promised }))
    },
  }
}

function addressBytes(address: Address): Uint8Array {
  return hexToBytes(address.slice(2).toLowerCase())
}

const NOT_DELEGATED = {
  code: 'payment/cap',
  message: 'No wallet lets this device pay, or its permission is about to end.',
  nextStep: 'Open Stake, delegate to this device’s key with a spending cap, then ask again.',
} as const

const TOO_MANY_DEPOSITS = {
  code: 'payment/cap',
  message: 'Providers took deposits for this answer and did not give it; no more goes out for it.',
  nextStep:
    'Ask again. What was deposited pays those same providers, or comes back by closing their channels on Stake.',
} as const

const NOT_ALLOWED = {
  code: 'payment/cap',
  message: 'The wallet has not allowed as much as this answer may cost, or does not have it.',
  nextStep: 'Open Stake and allow more, or set a lower limit for this answer.',
} as const
