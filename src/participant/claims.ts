import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import { DISPUTE_WINDOW_SECONDS } from '../protocol/channel/delegation.ts'
import { bytesEqual, hexToBytes } from '../protocol/hash.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import type { Chain, ChannelState, Clock, HeldVoucher, MoneyBook, SessionState } from './ports.ts'

/** A voucher, and what the chain says of its channel. */
export interface Claim {
  voucher: HeldVoucher
  state: ChannelState
  /** The wallet behind the key that this channel pays, which may be an earlier one of this device's; null: none yet. */
  payee: Address | null
  /** What of the vouchers held the chain would pay today; null: none of them. */
  payable: Pick<HeldVoucher, 'cumulativeAmount' | 'signature'> | null
  /** It has to be handed in: the payer wants to close, or the key that signed it has ended. */
  isEnding: boolean
}

export interface ClaimPorts {
  chain: Chain
  book: MoneyBook
  clock: Pick<Clock, 'now'>
}

/** Reads what every voucher of this network that is held is worth today. Errors: `chain/*`, `storage/*`. */
export function createClaimReader({ chain, book, clock }: ClaimPorts): () => Promise<Claim[]> {
  const { chainId, contracts } = chain.network
  const channelsContract = hexToBytes(contracts.channels.slice(2).toLowerCase())

  const read = async (): Promise<Claim[]> => {
    const held = (await book.vouchers()).filter(
      (voucher) => voucher.chainId === chainId && bytesEqual(voucher.channels, channelsContract),
    )
    const states = await Promise.all(held.map(({ channelId }) => chain.channel(hex(channelId))))
    const found = held.flatMap((voucher, i) => (states[i] == null ? [] : [{ voucher, state: states[i] }]))
    const sessions = await sessionsBehind(found.flatMap(({ state }) => [state.payeeKey, state.authorizedSigner]))
    const now = clock.now() / 1_000
    return found.map(({ voucher, state }): Claim => {
      const signer = sessions.get(state.authorizedSigner)
      const endsAt = signer === undefined ? 0 : signer.revokedAt || signer.validUntil
      const isAccountable = now < endsAt + DISPUTE_WINDOW_SECONDS
      return {
        voucher,
        state,
        payee: sessions.get(state.payeeKey)?.wallet ?? null,
        payable: isAccountable && !state.isClosed ? payableOf(voucher, state.deposit) : null,
        isEnding: state.closeRequestedAt !== 0 || endsAt <= now,
      }
    })
  }

  /** Whom the chain pays is told by a channel's key alone: what an earlier key has earned stays its wallet's, ended or revoked. */
  const sessionsBehind = async (keyIds: readonly HexBytes[]): Promise<Map<HexBytes, SessionState>> => {
    const unique = [...new Set(keyIds)]
    const sessions = await Promise.all(unique.map((keyId) => chain.sessionById(keyId)))
    return new Map(unique.flatMap((keyId, i) => (sessions[i] == null ? [] : [[keyId, sessions[i]]])))
  }

  return read
}

/** What the chain would pay out beyond what it has paid. */
export function pendingOf({ payable, state }: Claim): bigint {
  return payable !== null && payable.cumulativeAmount > state.settled ? payable.cumulativeAmount - state.settled : 0n
}

/** One that nobody could be paid for would undo the settlement of all the others. */
export function isDue(claim: Claim): boolean {
  return claim.payee !== null && pendingOf(claim) > 0n
}

export function sumOf(all: readonly Claim[]): bigint {
  return all.reduce((sum, claim) => sum + pendingOf(claim), 0n)
}

/** The highest voucher that the deposit covers: a reorganisation may have shrunk it below one that was taken on trust. */
function payableOf(voucher: HeldVoucher, deposit: bigint): Claim['payable'] {
  if (voucher.cumulativeAmount <= deposit) return voucher
  return voucher.certain !== null && voucher.certain.cumulativeAmount <= deposit ? voucher.certain : null
}
