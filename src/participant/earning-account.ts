import {
  type ChannelLedger,
  catchUp,
  charge,
  forgive,
  isPaidUp,
  isPrepaid,
  takeVoucher,
} from '../protocol/channel/ledger.ts'
import { CodedError } from '../protocol/errors.ts'
import type { HeldVoucher, MoneyBook } from './ports.ts'

/** What one channel owes us, over all its jobs: nobody is served on the same promise twice. Charges happen at once or not at all. */
export interface EarningAccount {
  /** A job is accepted that pays so much before anything is done; undo it once that is charged, or never will be. */
  expect(advance: bigint): () => void
  /** Charges what has been promised already; false, and nothing is charged, where it has not. */
  chargePrepaid(amount: bigint): boolean
  /** Charges on top of at most `slack` that is unpaid; false, and nothing is charged, where more is. */
  chargeOnTop(amount: bigint, slack: bigint): boolean
  isPaidUp(slack: bigint): boolean
  /** A job has ended that charged `amount` last: what of it is unpaid is lost, and no later job owes it. */
  forgive(amount: bigint): void
  /** How many jobs have left something unpaid. */
  readonly losses: number
  /** What another page of this device has taken meanwhile is done and paid. */
  catchUp(received: bigint): void
  /**
   * A voucher whose signature holds. Resolves once it is journaled; until then nobody is served for it. Rejects `payment/deposit` beyond `limit`.
   */
  take(voucher: Omit<HeldVoucher, 'certain'>, bounds: VoucherBounds): Promise<void>
  onChange(listener: () => void): () => void
}

export interface VoucherBounds {
  limit: bigint
  /** What no reorganisation takes back. */
  certain: bigint
}

/** `book` null: of a free channel nothing is journaled, for it is worth nothing. */
export function createEarningAccount(
  opened: ChannelLedger,
  book: Pick<MoneyBook, 'keepVoucher'> | null,
): EarningAccount {
  let ledger = opened
  let losses = 0
  /** What all jobs under way pay before anything is done: a voucher of one may count in what another has promised. */
  let advance = 0n
  const listeners = new Set<() => void>()

  const chargeIf = (isCovered: boolean, amount: bigint): boolean => {
    if (isCovered) ledger = charge(ledger, amount)
    return isCovered
  }
  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  return {
    expect(amount) {
      advance += amount
      let isOver = false
      return () => {
        if (!isOver) advance -= amount
        isOver = true
      }
    },
    chargePrepaid: (amount) => chargeIf(isPrepaid(ledger, amount), amount),
    chargeOnTop: (amount, slack) => chargeIf(isPaidUp(ledger, slack), amount),
    isPaidUp: (slack) => isPaidUp(ledger, slack),
    forgive(amount) {
      const after = forgive(ledger, amount)
      if (after === ledger) return
      ledger = after
      losses += 1
      tell()
    },
    get losses() {
      return losses
    },
    catchUp(received) {
      ledger = catchUp(ledger, received)
    },
    async take(voucher, { limit, certain }) {
      const { cumulativeAmount } = voucher
      if (takeVoucher(ledger, cumulativeAmount, limit, advance).outcome === 'beyond-deposit') {
        throw new CodedError(BEYOND_DEPOSIT)
      }
      await book?.keepVoucher(voucher, certain)
      // Another job's may have come meanwhile.
      const taken = takeVoucher(ledger, cumulativeAmount, limit, advance)
      if (taken.outcome !== 'taken') return
      ledger = taken.ledger
      tell()
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
