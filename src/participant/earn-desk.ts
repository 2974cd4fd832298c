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
  chargePrompt(tokens: number): void
  chargeSegment(tokens: number): void
  /** Rejects `payment/voucher` for one that the requester did not sign, `payment/deposit` for one that is not backed. */
  take(message: VoucherMessage): Promise<void>
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
  const accounts = new Map<string, Promise<EarningAccount>>()

  const open = (channelId: Uint8Array, settled: bigint): Promise<EarningAccount> => {
    const name = bytesToHex(channelId)
    const known = accounts.get(name)
    if (known !== undefined) return known
    const opening = (async () => {
      const held = (await book.vouchers()).find((voucher) => bytesEqual(voucher.channelId, channelId))
      const received = held === undefined || held.cumulativeAmount < settled ? settled : held.cumulativeAmount
      return createEarningAccount(openLedger(received, held === undefined), book)
    })()
    accounts.set(name, opening)
    opening.catch(() => accounts.delete(name))
    return opening
  }

  const payeeOf = (request: JobRequest, account: EarningAccount, slack: bigint, limit: bigint): JobPayee => {
    const { payment, requesterKey, maxTokens, resumedIds } = request
    // One for the prompt, one for each segment: each costs a signature to verify and a write that waits for the disk.
    let left = 1 + Math.ceil((maxTokens - resumedIds.length) / SEGMENT_TOKENS)
    return {
      isFree: isFree(payment),
      gate: createPaymentGate(account, slack),
      chargePrompt: (tokens) => account.charge(promptCharge(payment, tokens)),
      chargeSegment: (tokens) => account.charge(outputCharge(payment, tokens)),
      async take({ cumulativeAmount, signature }) {
        if (left-- === 0) throw new CodedError(TOO_MANY)
        const amount = amountOf(cumulativeAmount)
        const digest = voucherDigest(payment, payment.channelId, amount)
        if (!(await verifySignature(requesterKey, digest, signature))) throw new CodedError(BAD_VOUCHER)
        const { chainId, channels, channelId } = payment
        const held = { chainId, channels, channelId, payerKey: requesterKey, cumulativeAmount: amount, signature }
        await account.take(held, limit)
      },
    }
  }

  const acceptFree = (request: JobRequest): JobPayee | PaymentErrorCode => {
    const { payment, requesterKey, promptIds, maxTokens } = request
    const terms = freeTerms(requesterKey, sessionKey.publicKey)
    if (!bytesEqual(encodeCbor(payment), encodeCbor(terms))) return 'payment/price'
    if (!allowance.take(requesterKey, promptIds.length + maxTokens)) return 'payment/free-used-up'
    // Free segments may be under way unpaid, so that a slow line slows nobody down.
    const slack = outputCharge(terms, (MAX_UNPAID_FREE_SEGMENTS - 1) * SEGMENT_TOKENS)
    return payeeOf(request, createEarningAccount(openLedger(0n, true), null), slack, MAX_AMOUNT)
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
    return payeeOf(request, await open(channelId, channel.settled), 0n, limit)
  }

  return {
    price,
    async accept(request) {
      if (isFree(request.payment)) return acceptFree(request)
      return chain === null || price === null ? 'payment/other-chain' : await acceptPaid(request, chain, price)
    },
  }
}

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
