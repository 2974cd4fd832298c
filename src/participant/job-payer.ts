import { amountToBytes } from '../protocol/channel/amount.ts'
import { voucherDigest } from '../protocol/channel/channel-messages.ts'
import { freeTerms, outputCharge, type PaymentTerms, promptCharge } from '../protocol/channel/payment-terms.ts'
import type { VoucherMessage } from '../protocol/wire/job-messages.ts'
import type { SessionKey } from './ports.ts'

/** The requester's side of one job's payment (protocol.md §5.10): a voucher before the prompt is read, and one for each segment that arrived. */
export interface JobPayer {
  readonly terms: PaymentTerms
  /** Promised for this job so far. */
  readonly spent: bigint
  payPrompt(tokens: number): Promise<VoucherMessage>
  paySegment(tokens: number): Promise<VoucherMessage>
  /** The job is over: what was set aside for it is free again. */
  release(): void
}

/** What all jobs on one channel have promised together. */
export interface PromiseBook {
  /** Adds, and resolves to the new sum once it is remembered: a voucher that was sent is never forgotten. Rejects `payment/cap`. */
  promise(amount: bigint): Promise<bigint>
  release(): void
}

export function createJobPayer(sessionKey: Pick<SessionKey, 'sign'>, terms: PaymentTerms, book: PromiseBook): JobPayer {
  let spent = 0n
  const pay = async (amount: bigint): Promise<VoucherMessage> => {
    const cumulativeAmount = await book.promise(amount)
    spent += amount
    const signature = await sessionKey.sign(voucherDigest(terms, terms.channelId, cumulativeAmount))
    return { type: 'voucher', cumulativeAmount: amountToBytes(cumulativeAmount), signature }
  }
  return {
    terms,
    get spent() {
      return spent
    },
    payPrompt: (tokens) => pay(promptCharge(terms, tokens)),
    paySegment: (tokens) => pay(outputCharge(terms, tokens)),
    release: () => book.release(),
  }
}

/** Pays with credits that are worth nothing, counted anew for each job. */
export function createFreePayer(sessionKey: SessionKey, providerKey: Uint8Array): JobPayer {
  let promised = 0n
  return createJobPayer(sessionKey, freeTerms(sessionKey.publicKey, providerKey), {
    promise(amount) {
      promised += amount
      return Promise.resolve(promised)
    },
    release() {},
  })
}
