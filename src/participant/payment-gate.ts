import type { EarningAccount } from './earning-account.ts'

/** Keeps a provider from working on: between segments it waits for the voucher of the one before (protocol.md §5.10). */
export interface PaymentGate {
  /** Resolves while no more than `slack` is unpaid. Rejects with the failure once there is one. */
  paidUp(): Promise<void>
  /** No voucher will come any more: the other side has closed. */
  close(): void
  fail(error: Error): void
  failure(): Error | null
}

export function createPaymentGate(account: EarningAccount, slack: bigint): PaymentGate {
  let isClosed = false
  let failure: Error | null = null
  let wake = (): void => {}
  account.onChange(() => wake())
  return {
    async paidUp() {
      while (!account.isPaidUp(slack) && !isClosed && failure === null) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failure !== null) throw failure
    },
    close() {
      isClosed = true
      wake()
    },
    fail(error) {
      failure = error
      wake()
    },
    failure: () => failure,
  }
}
