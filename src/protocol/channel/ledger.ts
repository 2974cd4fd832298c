/**
 * What one channel owes its payee. Charges come before what they pay for, vouchers after it; between them lies the exposure, which `slack`
 * bounds: 0 where it is money, so that at most one segment is ever unpaid (protocol.md §5.10).
 */
export interface ChannelLedger {
  /** Everything charged on this channel so far, by all its jobs. */
  readonly owed: bigint
  /** What the highest voucher promises. */
  readonly received: bigint
  /** A history that this device does not know, because it begins with a channel that is older than its memory. */
  readonly isFresh: boolean
}

export function openLedger(received: bigint, isFresh: boolean): ChannelLedger {
  return { owed: received, received, isFresh }
}

/** Whether more may be done before another voucher comes. */
export function isPaidUp({ owed, received }: ChannelLedger, slack: bigint): boolean {
  return owed - received <= slack
}

export function charge(ledger: ChannelLedger, amount: bigint): ChannelLedger {
  return { ...ledger, owed: ledger.owed + amount }
}

export type VoucherOutcome =
  | { outcome: 'taken'; ledger: ChannelLedger }
  /** Promises no more than one that is held: another job's arrived first. */
  | { outcome: 'nothing-new'; ledger: ChannelLedger }
  | { outcome: 'beyond-deposit' }

/**
 * A voucher whose signature holds. Beyond the deposit it is worth nothing. What a fresh ledger's first voucher promises beyond what is charged was
 * owed before this device's memory begins: it is no advance.
 */
export function takeVoucher(ledger: ChannelLedger, cumulativeAmount: bigint, deposit: bigint): VoucherOutcome {
  if (cumulativeAmount > deposit) return { outcome: 'beyond-deposit' }
  if (cumulativeAmount <= ledger.received) return { outcome: 'nothing-new', ledger }
  const owed = ledger.isFresh && cumulativeAmount > ledger.owed ? cumulativeAmount : ledger.owed
  return { outcome: 'taken', ledger: { owed, received: cumulativeAmount, isFresh: false } }
}
