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
  /** What the channel holds, and what it holds beyond its promises. */
  deposit: bigint
  available: bigint
}

/** Where a requester's money goes out: one channel for each provider, opened and filled by the session key within what the wallet allowed. */
export interface PayDesk {
  /** Whether this price is asked on our chain. */
  accepts(price: Price | null): price is Price
  /**
   * Resolves when a channel to this provider holds at least `amount` that is not promised yet. Errors: `payment/cap` where the wallet has not allowed
   * that much, `chain/*`, `storage/*`.
   */
  prepare(providerKey: Uint8Array, price: Price, amount: bigint, signal?: AbortSignal): Promise<PreparedPayment>
  /** Every channel on our chain that this device has opened, and what it has promised on each. Errors: `storage/*`. */
  channels(): Promise<{ channelId: HexBytes; promised: bigint }[]>
}

export function createPayDesk({ chain, book, sessionKey, clock, random }: PayDeskPorts): PayDesk {
  const { chainId, contracts, token } = chain.network
  const place = { chainId, channels: addressBytes(contracts.channels), token: addressBytes(token.address) }
  const signer = signerOf(sessionKey.publicKey, contracts.p256Verifier)
  const signerKey = hexToBytes(keyIdOf(signer).slice(2))
  const known = new Map<string, OwnChannel>()
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

  /** The newest channel of ours to this provider that still pays, from this device's memory and the chain's. */
  const find = async (payer: Address, providerKey: Uint8Array): Promise<OwnChannel | null> => {
    const name = bytesToHex(providerKey)
    const candidates = [known.get(name), ...(await book.channels())].filter((channel) => channel !== undefined)
    for (const channel of candidates) {
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
      const promised = channel.promised > state.settled ? channel.promised : state.settled
      return { ...channel, promised, deposit: state.deposit }
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

  const ready = async (providerKey: Uint8Array, amount: bigint, signal?: AbortSignal): Promise<OwnChannel> => {
    const payer = await requirePayer()
    const found = await find(payer, providerKey)
    const missing = found === null ? amount : amount - (found.deposit - found.promised)
    if (found !== null && missing <= 0n) return found
    const { balance, payAllowance } = await chain.account(payer)
    if (balance < missing || payAllowance < missing) throw new CodedError(NOT_ALLOWED)
    return found === null
      ? await open(payer, providerKey, amount, signal)
      : await topUp(found, found.deposit + missing, signal)
  }

  const payerOf = (channel: OwnChannel, terms: PaymentTerms): JobPayer =>
    createJobPayer(sessionKey, terms, {
      async promise(amount) {
        const promised = channel.promised + amount
        if (promised > channel.deposit) throw new CodedError(NOT_ALLOWED)
        channel.promised = promised
        await book.keepChannel({ ...channel })
        return promised
      },
    })

  return {
    accepts: (price): price is Price =>
      price !== null && price.chainId === chainId && bytesEqual(price.channels, place.channels),

    async prepare(providerKey, price, amount, signal) {
      const name = bytesToHex(providerKey)
      const mine = (queues.get(name) ?? Promise.resolve())
        .catch(() => {})
        .then(() => ready(providerKey, amount, signal))
      queues.set(name, mine)
      const fresh = await mine
      // Jobs that run at the same time promise on one object.
      const running = known.get(name)
      const channel = running !== undefined && bytesEqual(running.channelId, fresh.channelId) ? running : fresh
      channel.deposit = fresh.deposit
      known.set(name, channel)
      const payer = payerOf(channel, paidTerms(price, channel.channelId))
      return { payer, deposit: channel.deposit, available: channel.deposit - channel.promised }
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

const NOT_ALLOWED = {
  code: 'payment/cap',
  message: 'The wallet has not allowed as much as this answer may cost, or does not have it.',
  nextStep: 'Open Stake and allow more, or set a lower limit for this answer.',
} as const
