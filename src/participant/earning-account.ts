import { type ChannelLedger, charge, isPaidUp, takeVoucher } from '../protocol/channel/ledger.ts'
import { CodedError } from '../protocol/errors.ts'
import type { HeldVoucher, MoneyBook } from './ports.ts'

/** What one channel owes us, over all its jobs: nobody is served on the same promise twice. */
export interface EarningAccount {
  charge(amount: bigint): void
  isPaidUp(slack: bigint): boolean
  /** A voucher whose signature holds. Resolves once it is journaled; until then nobody is served for it. Rejects `payment/deposit`. */
  take(voucher: HeldVoucher, limit: bigint): Promise<void>
  onChange(listener: () => void): () => void
}

/** `book` null: of a free channel nothing is journaled, for it is worth nothing. */
export function createEarningAccount(
  opened: ChannelLedger,
  book: Pick<MoneyBook, 'keepVoucher'> | null,
): EarningAccount {
  let ledger = opened
  const listeners = new Set<() => void>()
  return {
    charge(amount) {
      ledger = charge(ledger, amount)
    },
    isPaidUp: (slack) => isPaidUp(ledger, slack),
    async take(voucher, limit) {
      if (takeVoucher(ledger, voucher.cumulativeAmount, limit).outcome === 'beyond-deposit') {
        throw new CodedError(BEYOND_DEPOSIT)
      }
      await book?.keepVoucher(voucher)
      // Another job's may have come meanwhile.
      const taken = takeVoucher(ledger, voucher.cumulativeAmount, limit)
      if (taken.outcome !== 'taken') return
      ledger = taken.ledger
      for (const listener of listeners) listener()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const BEYOND_DEPOSIT = {
  code: 'payment/deposit',
  message: 'The requester promised more than its channel certainly holds.',
  nextStep: 'Nothing to do: this device stops here, and is paid for what came before.',
} as const
