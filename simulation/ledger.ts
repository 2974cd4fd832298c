/** What one kind of participant gained and lost against honest work, in rewards of a job. */
export interface Account {
  name: string
  /** Identities that it lost. */
  identities: number
  /** Whether it provides; else it verifies. */
  isProvider: boolean
  /** Jobs in which it was not honest, or audits that it had a seat in. */
  acts: number
  /** Work it was paid for and did not do. */
  saved: number
  /** Pay it did not get. */
  unpaid: number
  slashed: number
  fined: number
  /** A provider's profit by the formula of deterrence, and its variance: what it has in fact may be luck. */
  expected: number
  variance: number
}

/** One account for each kind of participant, to add to. */
export class Ledger {
  readonly #accounts = new Map<string, Account>()

  of(name: string): Account {
    const known = this.#accounts.get(name)
    if (known !== undefined) return known
    const account = {
      name,
      isProvider: false,
      identities: 0,
      acts: 0,
      saved: 0,
      unpaid: 0,
      slashed: 0,
      fined: 0,
      expected: 0,
      variance: 0,
    }
    this.#accounts.set(name, account)
    return account
  }

  accounts(): Account[] {
    return [...this.#accounts.values()]
  }
}

/** Against having been honest in the same jobs. */
export function profitOf({ saved, unpaid, slashed, fined }: Account): number {
  return saved - unpaid - slashed - fined
}
