/** Back-pressure between segments: `take` waits while the other side has not given credit (protocol.md §6). */
export interface CreditGate {
  /** Uses one credit. Rejects with the failure once there is one. */
  take(): Promise<void>
  /** Never lets more than the first grant accumulate: credit is for what was received, not a stock. */
  give(credits: number): void
  /** No more credit is needed: the other side has closed. */
  open(): void
  fail(error: Error): void
  failure(): Error | null
}

export function createCreditGate(maxCredits: number): CreditGate {
  let credits = maxCredits
  let isOpen = false
  let failure: Error | null = null
  let wake = (): void => {}

  return {
    async take() {
      while (credits === 0 && !isOpen && failure === null) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failure !== null) throw failure
      credits = Math.max(0, credits - 1)
    },
    give(more) {
      credits = Math.min(maxCredits, credits + more)
      wake()
    },
    open() {
      isOpen = true
      wake()
    },
    fail(error) {
      failure = error
      wake()
    },
    failure: () => failure,
  }
}
