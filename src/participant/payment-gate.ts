import type { EarningAccount } from './earning-account.ts'

/** Keeps a provider from working on: it reads once the prompt is paid, and between segments waits for the voucher of the one before (protocol.md §5.10). */
export interface PaymentGate {
  /** Resolves once the prompt's charge is promised beyond all that is charged, and charges it. All three reject with the failure once there is one. */
  read(): Promise<void>
  /** Resolves while no more than the slack is unpaid, and charges on top of that. */
  send(amount: bigint): Promise<void>
  /** Resolves while no more than the slack is unpaid. */
  paidUp(): Promise<void>
  /** No voucher will come any more: the other side has closed. Whoever waits goes on, and nothing more is charged. */
  close(): void
  fail(error: Error): void
  failure(): Error | null
  /** The job is over, however it ended. */
  end(): void
}

export function createPaymentGate(account: EarningAccount, slack: bigint, promptCharge: bigint): PaymentGate {
  let isClosed = false
  let failure: Error | null = null
  let lastCharge = 0n
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const go of waiting) go()
    waiting.clear()
  }
  const stopExpecting = account.expect(promptCharge)
  const stopListening = account.onChange(wake)

  /** `attempt` says whether it went through. */
  const until = async (attempt: () => boolean): Promise<void> => {
    while (failure === null && !isClosed && !attempt()) {
      await new Promise<void>((resolve) => {
        waiting.add(resolve)
      })
    }
    if (failure !== null) throw failure
  }

  return {
    read: () =>
      until(() => {
        if (!account.chargePrepaid(promptCharge)) return false
        stopExpecting()
        return true
      }),
    send: (amount) =>
      until(() => {
        if (!account.chargeOnTop(amount, slack)) return false
        lastCharge = amount
        return true
      }),
    paidUp: () => until(() => account.isPaidUp(slack)),
    close() {
      isClosed = true
      wake()
    },
    fail(error) {
      failure = error
      wake()
    },
    failure: () => failure,
    end() {
      stopListening()
      stopExpecting()
      // Of money at most the last segment is unpaid; what is free is counted anew for each job.
      account.forgive(lastCharge)
    },
  }
}
