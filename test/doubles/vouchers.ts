import { createEarnDesk, type EarnDesk } from '../../src/participant/earn-desk.ts'
import { createMoney, type Money } from '../../src/participant/money.ts'
import type { Clock, MoneyBook, SessionKey, VerifySignature } from '../../src/participant/ports.ts'
import { amountToBytes } from '../../src/protocol/channel/amount.ts'
import { voucherDigest } from '../../src/protocol/channel/channel-messages.ts'
import type { PaymentTerms } from '../../src/protocol/channel/payment-terms.ts'
import { isSignedBy } from '../../src/protocol/receipt/signature.ts'
import type { VoucherMessage } from '../../src/protocol/wire/job-messages.ts'
import { createMemoryMoneyBook } from '../../src/storage/money-book.ts'

/** The port by plain arithmetic, where there is no browser. */
export const verifySlowly: VerifySignature = (publicKey, digest, signature) =>
  Promise.resolve(isSignedBy(publicKey, digest, signature))

export async function signedVoucher(
  key: Pick<SessionKey, 'sign'>,
  terms: PaymentTerms,
  cumulativeAmount: bigint,
): Promise<VoucherMessage> {
  const signature = await key.sign(voucherDigest(terms, terms.channelId, cumulativeAmount))
  return { type: 'voucher', cumulativeAmount: amountToBytes(cumulativeAmount), signature }
}

/** The ports of a participant that knows no chain. */
export function freeMoney(sessionKey: SessionKey, clock: Clock): { money: Money; moneyBook: MoneyBook } {
  const moneyBook = createMemoryMoneyBook()
  const logger = { info() {}, warn() {} }
  const random = { bytes: (length: number) => new Uint8Array(length) }
  const ports = { openChain: async () => null, moneyBook, verifySignature: verifySlowly }
  return { money: createMoney({ ...ports, sessionKey, clock, random, logger }), moneyBook }
}

/** A provider that knows no chain. */
export function createFreeEarnDesk(sessionKey: SessionKey, clock: Pick<Clock, 'now'>): EarnDesk {
  const logger = { info() {}, warn() {} }
  return createEarnDesk(
    { book: createMemoryMoneyBook(), sessionKey, verifySignature: verifySlowly, clock, logger },
    null,
  )
}
