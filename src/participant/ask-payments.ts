import { amountOf } from '../protocol/channel/amount.ts'
import { affordableTokens, outputCharge, promptCharge } from '../protocol/channel/payment-terms.ts'
import { CodedError } from '../protocol/errors.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import type { Offer } from '../protocol/wire/offer.ts'
import { createFreePayer, type JobPayer } from './job-payer.ts'
import type { AnswerPayment } from './money-events.ts'
import type { PayDesk } from './pay-desk.ts'
import type { SessionKey } from './ports.ts'
import type { JobTerms } from './request-leg.ts'

/** What may go into channels for one answer, in its limit: whoever vanishes or refuses after that has taken a deposit for a day. */
const DEPOSITS_PER_ANSWER = 2n

export interface AskPaymentPorts {
  sessionKey: SessionKey
  openPayDesk: () => Promise<PayDesk>
}

/** One answer's budget, over all providers that work on it. */
export interface AskPayments {
  /** Before anybody is looked for. Errors: `payment/cap` where this page cannot pay. */
  open(): Promise<void>
  /** Whose price can be paid; null: nothing is paid. */
  readonly accepts: ((price: Offer['price']) => boolean) | null
  /**
   * Who pays one leg, and how long the whole answer may get for what is left. Errors: `payment/cap`, `chain/*`, `storage/*`. `isResumed`: its length
   * was agreed before, and may not change.
   */
  payerOf(
    offer: Offer,
    terms: JobTerms,
    isResumed: boolean,
    signal: AbortSignal,
  ): Promise<{ job: JobPayer; maxTokens: number }>
  /** Tells what the answer has cost. */
  report(): void
}

export function createAskPayments(
  { sessionKey, openPayDesk }: AskPaymentPorts,
  budget: { maxAmount: bigint } | null,
  tell: (payment: AnswerPayment) => void,
): AskPayments {
  const jobs: JobPayer[] = []
  let moved = 0n
  let desk: PayDesk | null = null
  let deposit = 0n
  const spent = (): bigint => jobs.reduce((sum, job) => sum + job.spent, 0n)

  return {
    async open() {
      if (budget !== null) desk = await openPayDesk()
    },

    get accepts() {
      return desk?.accepts ?? null
    },

    async payerOf(offer, terms, isResumed, signal) {
      const { price, providerKey } = offer
      if (budget === null || desk === null || !desk.accepts(price)) {
        const job = createFreePayer(sessionKey, providerKey)
        jobs.push(job)
        return { job, maxTokens: terms.maxTokens }
      }
      const read = terms.promptIds.length + terms.resumedIds.length
      const affordable = affordableTokens(price, read, budget.maxAmount - spent())
      const maxTokens = Math.min(terms.maxTokens, terms.resumedIds.length + affordable)
      if (affordable < 1 || (isResumed && maxTokens < terms.maxTokens)) throw new CodedError(BUDGET_SPENT)
      const need = promptCharge(price, read) + outputCharge(price, maxTokens - terms.resumedIds.length)
      const mayMove = DEPOSITS_PER_ANSWER * budget.maxAmount - moved
      const prepared = await desk.prepare(providerKey, price, need, mayMove, signal)
      deposit = prepared.deposit
      moved += prepared.moved
      jobs.push(prepared.payer)
      return { job: prepared.payer, maxTokens }
    },

    report() {
      const job = jobs.at(-1)
      if (job === undefined) return
      const { terms } = job
      tell({
        kind: terms.chainId === 0 ? 'free' : 'paid',
        channelId: hex(terms.channelId),
        price: { perPromptToken: amountOf(terms.perPromptToken), perToken: amountOf(terms.perToken) },
        spent: spent(),
        deposit,
        maxAmount: budget?.maxAmount ?? 0n,
      })
    },
  }
}

const BUDGET_SPENT = {
  code: 'payment/cap',
  message: 'What this answer may cost does not pay for reading the question and writing any more.',
  nextStep: 'Ask again with a higher limit, or for nothing.',
} as const
