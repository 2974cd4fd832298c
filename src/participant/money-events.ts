/** What a participant tells of money: plain data for whoever shows it. Amounts as in `money-ports.ts`. */
import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'

/** What one token costs. */
export interface TokenPrice {
  /** Of the prompt; paid before it is read. */
  perPromptToken: bigint
  /** Of the answer; paid by the segment. */
  perToken: bigint
}

/** What one answer has cost its requester so far; `AskEvent` brings it with every voucher. */
export interface AnswerPayment {
  /** `free`: vouchers count credits that are worth nothing (protocol.md §5.10). */
  kind: 'paid' | 'free'
  channelId: HexBytes
  price: TokenPrice
  /** Promised by vouchers, for this answer. */
  spent: bigint
  /** What the channel holds, and what this answer may cost at most; both 0 where it is free. */
  deposit: bigint
  maxAmount: bigint
}

/** One channel that pays this device. */
export interface EarningChannel {
  channelId: HexBytes
  payer: Address
  /** The wallet behind the key that it pays, of which this device may have had several; null: none yet. */
  payee: Address | null
  /** By the highest voucher held. */
  promised: bigint
  settled: bigint
  /** Unix seconds; null while the payer has not asked to close it. */
  closesAt: number | null
}

export interface Earnings {
  /** Promised and not yet paid out, over all channels. */
  pending: bigint
  /** Of that, what has a wallet to go to. */
  claimable: bigint
  /** Paid out, over all channels. */
  settled: bigint
  channels: EarningChannel[]
  /** Answered for nothing. */
  freeTokens: number
  /** Receipts that no settlement has covered yet. */
  unsettledReceipts: number
  /**
   * The wallet that signs a settlement: the one behind this device's key, or else behind an earlier key that is owed something. Null: none, and
   * nothing is lost by that.
   */
  payee: Address | null
}

export type SettleOutcome =
  | { outcome: 'settled'; paid: bigint; transaction: HexBytes }
  | { outcome: 'declined' }
  /** No voucher promises more than is paid, and no receipt is new. */
  | { outcome: 'nothing' }
