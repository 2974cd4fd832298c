/**
 * What one channel owes its payee. Reading a prompt is charged against what has been promised already; a segment is charged when it is sent, and
 * promised after that: between the two lies the exposure, which `slack` bounds, 0 where it is money (protocol.md §5.10). What a job leaves unpaid when
 * it ends is its payee's loss and nobody's debt: later jobs could never know of it.
 */
export interface ChannelLedger {
  /** Everything charged on this channel so far, by all its jobs. */
  readonly owed: bigint
  /** What the highest voucher promises. */
  readonly received: bigint
}

export function openLedger(received: bigint): ChannelLedger {
  return { owed: received, received }
}

/** Whether more may be done before another voucher comes. */
export function isPaidUp({ owed, received }: ChannelLedger, slack: bigint): boolean {
  return owed - received <= slack
}

/** Whether so much has been promised beyond what is charged. */
export function isPrepaid({ owed, received }: ChannelLedger, amount: bigint): boolean {
  return received - owed >= amount
}

export function charge(ledger: ChannelLedger, amount: bigint): ChannelLedger {
  return { ...ledger, owed: ledger.owed + amount }
}

/** Takes back what of the last `amount` charged is unpaid. */
export function forgive(ledger: ChannelLedger, amount: bigint): ChannelLedger {
  const unpaid = ledger.owed - ledger.received
  const loss = unpaid < amount ? unpaid : amount
  return loss > 0n ? { ...ledger, owed: ledger.owed - loss } : ledger
}

/** Another page of this device has served up to a voucher of `received`: all of that is done and paid. */
export function catchUp(ledger: ChannelLedger, received: bigint): ChannelLedger {
  const further = received - ledger.received
  return further > 0n ? { ...ledger, owed: ledger.owed + further, received } : ledger
}

export type VoucherOutcome =
  | { outcome: 'taken'; ledger: ChannelLedger }
  /** Promises no more than one that is held: another job's arrived first. */
  | { outcome: 'nothing-new'; ledger: ChannelLedger }
  | { outcome: 'beyond-deposit' }

/**
 * A voucher whose signature holds. Beyond the deposit it is worth nothing. What it promises beyond what is owed and `advance`, what jobs under way have
 * to pay before anything is done, is for work that this device has forgiven, or forgotten when its page ended: nothing more is done for it.
 */
export function takeVoucher(
  ledger: ChannelLedger,
  cumulativeAmount: bigint,
  deposit: bigint,
  advance = 0n,
): VoucherOutcome {
  if (cumulativeAmount > deposit) return { outcome: 'beyond-deposit' }
  if (cumulativeAmount <= ledger.received) return { outcome: 'nothing-new', ledger }
  const before = cumulativeAmount - advance
  const owed = before > ledger.owed ? before : ledger.owed
  return { outcome: 'taken', ledger: { owed, received: cumulativeAmount } }
}
