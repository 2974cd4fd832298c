import { createJobPayer } from '../../../src/participant/job-payer.ts'
import type { Engine, HeldVoucher, OwnChannel } from '../../../src/participant/ports.ts'
import { amountOf } from '../../../src/protocol/channel/amount.ts'
import { voucherDigest } from '../../../src/protocol/channel/channel-messages.ts'
import { freeTerms, paidTerms } from '../../../src/protocol/channel/payment-terms.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { createDatabase } from '../../../src/storage/database.ts'
import { createMoneyBook } from '../../../src/storage/money-book.ts'
import { createEphemeralSessionKey, verifySignature } from '../../../src/wallet/session-key-webcrypto.ts'
import type { VoucherJob, VoucherResult } from './arms-job.ts'

/** Of one voucher, by step. */
export interface VoucherTiming {
  /** The payer remembers the amount, durably. */
  rememberMs: number
  signMs: number
  verifyMs: number
  /** The payee journals it, durably. */
  journalMs: number
}

/**
 * Both sides of a channel in one page, by the app's own code over this browser's own database. Returns what pays one segment. `isPayerElsewhere`: what the
 * payer remembers is written on another device's disk, not here.
 */
export async function openVouchers({ isPayerElsewhere = false } = {}): Promise<() => Promise<VoucherTiming>> {
  const [payerKey, payeeKey] = [await createEphemeralSessionKey(), await createEphemeralSessionKey()]
  const book = createMoneyBook(createDatabase(`bench-${crypto.randomUUID()}`))
  const { channelId, perPromptToken, perToken } = freeTerms(payerKey.publicKey, payeeKey.publicKey)
  const place = { chainId: 31_337, channels: new Uint8Array(20).fill(1) }
  const terms = paidTerms({ ...place, perPromptToken, perToken }, channelId)
  let promised = 0n
  let rememberMs = 0
  const payer = createJobPayer(payerKey, terms, {
    async promise(amount) {
      promised += amount
      const channel: OwnChannel = {
        ...place,
        channelId,
        payer: `0x${'11'.repeat(20)}`,
        payeeKey: payeeKey.publicKey,
        salt: new Uint8Array(32),
        promised,
        deposit: 2n ** 100n,
      }
      const startedMs = performance.now()
      if (!isPayerElsewhere) await book.keepChannel(channel)
      rememberMs = performance.now() - startedMs
      return promised
    },
    release() {},
  })
  return async () => {
    const startedMs = performance.now()
    const { cumulativeAmount, signature } = await payer.paySegment(SEGMENT_TOKENS)
    const signedMs = performance.now()
    const amount = amountOf(cumulativeAmount)
    const isSigned = await verifySignature(payerKey.publicKey, voucherDigest(terms, channelId, amount), signature)
    if (!isSigned) throw new Error('a voucher did not verify')
    const verifiedMs = performance.now()
    const held: Omit<HeldVoucher, 'certain'> = {
      ...place,
      channelId,
      payerKey: payerKey.publicKey,
      cumulativeAmount: amount,
      signature,
    }
    await book.keepVoucher(held, amount)
    return {
      rememberMs,
      signMs: signedMs - startedMs - rememberMs,
      verifyMs: verifiedMs - signedMs,
      journalMs: performance.now() - verifiedMs,
    }
  }
}

/** What one segment's payment takes, one voucher after another. */
export async function voucherCost({ repetitions }: VoucherJob): Promise<VoucherResult> {
  const pay = await openVouchers()
  const result: VoucherResult = { rememberMs: [], signMs: [], verifyMs: [], journalMs: [] }
  for (let i = 0; i < repetitions; i++) {
    const timing = await pay()
    for (const step of ['rememberMs', 'signMs', 'verifyMs', 'journalMs'] as const) result[step].push(timing[step])
  }
  return result
}

/** An engine whose segments are handed on as a provider's are: each once the one before is paid, by both sides' work in this page. */
export function paidBySegment(engine: Engine, pay: () => Promise<unknown>): Engine {
  return Object.create(engine, {
    generate: {
      async *value(...args: Parameters<Engine['generate']>) {
        let paid: Promise<unknown> = Promise.resolve()
        for await (const event of engine.generate(...args)) {
          if (event.type === 'segment') {
            await paid
            paid = pay()
          }
          yield event
        }
        await paid
      },
    },
  }) as Engine
}
