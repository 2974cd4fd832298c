import { amountOf, MAX_AMOUNT } from '../protocol/channel/amount.ts'
import { basePrice } from '../protocol/channel/base-price.ts'
import { voucherDigest } from '../protocol/channel/channel-messages.ts'
import { keyIdOf, signerOf } from '../protocol/channel/delegation.ts'
import { faultOfChannel, voucherLimit } from '../protocol/channel/exposure.ts'
import { openLedger } from '../protocol/channel/ledger.ts'
import { freeTerms, isFree, outputCharge, type Price, promptCharge } from '../protocol/channel/payment-terms.ts'
import { CodedError, type PaymentErrorCode } from '../protocol/errors.ts'
import { bytesEqual, bytesToHex } from '../protocol/hash.ts'
import type { JobRequest } from '../protocol/job/job.ts'
import { MAX_UNPAID_FREE_SEGMENTS, SEGMENT_TOKENS } from '../protocol/limits.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import { encodeCbor } from '../protocol/wire/codec.ts'
import type { VoucherMessage } from '../protocol/wire/job-messages.ts'
import { createEarningAccount, type EarningAccount } from './earning-account.ts'
import { createFreeAllowance } from './free-allowance.ts'
import { createPaymentGate, type PaymentGate } from './payment-gate.ts'
import type { Chain, Clock, Logger, MoneyBook, SessionKey, VerifySignature } from './ports.ts'

/** Tokens whose price may hang on a deposit that a reorganisation could still undo: one long answer. */
const UNCERTAIN_TOKENS = 8_192

/** Jobs on one channel that may end with a segment unpaid, as when a line is cut; who does it again and again is not served again by this page. */
const MAX_LOSSES = 8

/** What is left of a payer's session when a job begins: the answer, and settling it. */
const SETTLE_MARGIN_SECONDS = 10 * 60

export interface EarnDeskPorts {
  book: MoneyBook
  sessionKey: SessionKey
  verifySignature: VerifySignature
  clock: Pick<Clock, 'now'>
  logger: Logger
}

/** The provider's side of one job's payment. */
export interface JobPayee {
  readonly isFree: boolean
  readonly gate: PaymentGate
  /** Of prompt and resumed tokens, which are paid for before they are read. */
  readonly promptCharge: bigint
  segmentCharge(tokens: number): bigint
  /** Rejects `payment/voucher` for one that the requester did not sign, `payment/deposit` for one that is not backed. */
  take(message: VoucherMessage): Promise<void>
}

/** How far vouchers of one job may go. */
interface Terms {
  /** What may be unpaid when a segment is sent. */
  slack: bigint
  limit: bigint
  /** What no reorganisation takes back. */
  certain: bigint
  /** The requester has shown that it holds its key. */
  onSigned: () => void
}

/** Where a provider's money comes in: what it asks, for whom it works, and what it is owed. */
export interface EarnDesk {
  /** For offers; null where there is no chain. */
  readonly price: Price | null
  /** The payee of a job on these terms, or why there is none. */
  accept(request: JobRequest): Promise<JobPayee | PaymentErrorCode>
}

/** `chain` null: this device works for nothing only. */
export function createEarnDesk(
  { book, sessionKey, verifySignature, clock, logger }: EarnDeskPorts,
  chain: Chain | null,
): EarnDesk {
  const price = chain === null ? null : basePrice(chain.network)
  const allowance = createFreeAllowance(clock)
  const accounts = new Map<string, EarningAccount>()

  /** The book is asked each time: another page of this device may have served on this channel. */
  const open = async (channelId: Uint8Array, settled: bigint): Promise<EarningAccount> => {
    const held = (await book.vouchers()).find((voucher) => bytesEqual(voucher.channelId, channelId))
    const received = held === undefined || held.cumulativeAmount < settled ? settled : held.cumulativeAmount
    const name = bytesToHex(channelId)
    const known = accounts.get(name)
    if (known !== undefined) {
      known.catchUp(received)
      return known
    }
    const opened = createEarningAccount(openLedger(received), book)
    accounts.set(name, opened)
    return opened
  }

  const payeeOf = (request: JobRequest, account: EarningAccount, terms: Terms): JobPayee => {
    const { payment, requesterKey, maxTokens, resumedIds, promptIds } = request
    const promptCost = promptCharge(payment, promptIds.length + resumedIds.length)
    // One for the prompt, one for each segment: each costs a signature to verify and a write that waits for the disk.
    let left = 1 + Math.ceil((maxTokens - resumedIds.length) / SEGMENT_TOKENS)
    return {
      isFree: isFree(payment),
      gate: createPaymentGate(account, terms.slack, promptCost),
      promptCharge: promptCost,
      segmentCharge: (tokens) => outputCharge(payment, tokens),
      async take({ cumulativeAmount, signature }) {
        if (left-- === 0) throw new CodedError(TOO_MANY)
        const amount = amountOf(cumulativeAmount)
        const digest = voucherDigest(payment, payment.channelId, amount)
        if (!(await verifySignature(requesterKey, digest, signature))) throw new CodedError(BAD_VOUCHER)
        const { chainId, channels, channelId } = payment
        terms.onSigned()
        const held = { chainId, channels, channelId, payerKey: requesterKey, cumulativeAmount: amount, signature }
        await account.take(held, terms)
      },
    }
  }

  const acceptFree = (request: JobRequest): JobPayee | PaymentErrorCode => {
    const { payment, requesterKey, promptIds, maxTokens } = request
    const terms = freeTerms(requesterKey, sessionKey.publicKey)
    if (!bytesEqual(encodeCbor(payment), encodeCbor(terms))) return 'payment/price'
    const tokens = promptIds.length + maxTokens
    if (!allowance.has(requesterKey, tokens)) return 'payment/free-used-up'
    // Free segments may be under way unpaid, so that a slow line slows nobody down.
    const slack = outputCharge(terms, (MAX_UNPAID_FREE_SEGMENTS - 1) * SEGMENT_TOKENS)
    let isCounted = false
    // A key in a request is a claim; the first voucher shows that it is held.
    const onSigned = (): void => {
      if (isCounted) return
      isCounted = true
      if (!allowance.take(requesterKey, tokens)) throw new CodedError(USED_UP)
    }
    const account = createEarningAccount(openLedger(0n), null)
    return payeeOf(request, account, { slack, limit: MAX_AMOUNT, certain: 0n, onSigned })
  }

  const acceptPaid = async (request: JobRequest, paidOn: Chain, asked: Price): Promise<JobPayee | PaymentErrorCode> => {
    const { payment, requesterKey, promptIds, resumedIds } = request
    const { channelId, ...offered } = payment
    if (payment.chainId !== asked.chainId || !bytesEqual(payment.channels, asked.channels)) return 'payment/other-chain'
    if (!bytesEqual(encodeCbor(offered), encodeCbor(asked))) return 'payment/price'
    const [channel, safe, signer] = await Promise.all([
      paidOn.channel(hex(channelId)),
      paidOn.channel(hex(channelId), 'safe'),
      paidOn.session(requesterKey),
    ])
    const { p256Verifier } = paidOn.network.contracts
    const fault = faultOfChannel(channel, signer, {
      payeeKey: keyIdOf(signerOf(sessionKey.publicKey, p256Verifier)),
      signerKey: keyIdOf(signerOf(requesterKey, p256Verifier)),
      nowSeconds: clock.now() / 1_000,
      marginSeconds: SETTLE_MARGIN_SECONDS,
    })
    if (channel === null || fault !== null) {
      logger.info('channel-refused', { fault: fault ?? 'unknown' })
      return 'payment/channel'
    }
    const backing = { deposit: channel.deposit, safeDeposit: safe?.deposit ?? 0n, settled: channel.settled }
    const limit = voucherLimit(backing, outputCharge(asked, UNCERTAIN_TOKENS))
    const firstNeed = promptCharge(asked, promptIds.length + resumedIds.length) + outputCharge(asked, SEGMENT_TOKENS)
    if (channel.settled + firstNeed > limit) return 'payment/deposit'
    const account = await open(channelId, channel.settled)
    if (account.losses >= MAX_LOSSES) return 'payment/unpaid'
    const certain = backing.safeDeposit > backing.settled ? backing.safeDeposit : backing.settled
    return payeeOf(request, account, { slack: 0n, limit, certain, onSigned: () => undefined })
  }

  return {
    price,
    async accept(request) {
      if (isFree(request.payment)) return acceptFree(request)
      return chain === null || price === null ? 'payment/other-chain' : await acceptPaid(request, chain, price)
    },
  }
}

const USED_UP = {
  code: 'payment/free-used-up',
  message: 'This requester has had what this device gives for nothing in an hour.',
  nextStep: 'Nothing to do: the job is dropped.',
} as const

const TOO_MANY = {
  code: 'payment/voucher',
  message: 'The requester sent more vouchers than its job has parts to pay for.',
  nextStep: 'Nothing to do: the job is dropped, and what was paid before counts.',
} as const

const BAD_VOUCHER = {
  code: 'payment/voucher',
  message: 'The requester sent a voucher that its key did not sign.',
  nextStep: 'Nothing to do: the job is dropped, and what was paid before counts.',
} as const
