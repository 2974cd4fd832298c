import { createMoney } from '../../../src/participant/money.ts'
import type { AskOptions, AskPorts } from '../../../src/participant/request.ts'
import { createSettler, type Settler } from '../../../src/participant/settle.ts'
import { createStakeReader } from '../../../src/participant/stakes.ts'
import { amountOf } from '../../../src/protocol/channel/amount.ts'
import { basePrice } from '../../../src/protocol/channel/base-price.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { createMemoryMoneyBook } from '../../../src/storage/money-book.ts'
import { createMemoryChain, MEMORY_NETWORK } from '../../doubles/memory-chain.ts'
import { createRecordingLogger } from '../../doubles/recording-logger.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { verifySlowly } from '../../doubles/vouchers.ts'
import { type Asker, createTown } from './town.ts'

export const PAYER: Address = `0x${'11'.repeat(20)}`
export const PAYEE: Address = `0x${'22'.repeat(20)}`
const PRICE = basePrice(MEMORY_NETWORK)

/** What so many tokens read and written cost. */
export function costOf({ read, written }: { read: number; written: number }): bigint {
  return amountOf(PRICE.perPromptToken) * BigInt(read) + amountOf(PRICE.perToken) * BigInt(written)
}

/** The provider is the town's first contributor, so that its key is known. */
const PROVIDER = createSeededSessionKey(1)
const REQUESTER = createSeededSessionKey(50)

/** A town with a chain, one contributor that is paid on it, and a requester whose wallet allows `allowance`. */
export async function createPaidTown({ allowance = costOf({ read: 0, written: 10_000 }), isSponsored = true } = {}) {
  const town = createTown()
  const chain = createMemoryChain({ isSponsored })
  const books = { payee: createMemoryMoneyBook(), payer: createMemoryMoneyBook() }
  const common = { openChain: async () => chain, verifySignature: verifySlowly, clock: town.clock }
  const logger = createRecordingLogger()
  const moneyOf = (moneyBook: typeof books.payee, sessionKey: typeof PROVIDER, seed: number) =>
    createMoney({ ...common, logger, moneyBook, sessionKey, random: createSeededRandom(seed) })
  const payee = moneyOf(books.payee, PROVIDER, 71)
  let requester = REQUESTER
  let payer = moneyOf(books.payer, requester, 72)

  chain.delegate(REQUESTER.publicKey, PAYER)
  chain.balances.set(PAYER, allowance)
  chain.allowances.set(PAYER, allowance)
  const contributor = await town.contribute('ada', { ports: { money: payee, moneyBook: books.payee } })
  const settler: Settler = createSettler({ chain, book: books.payee, sessionKey: PROVIDER, clock: town.clock })

  return {
    town,
    chain,
    books,
    contributor,
    settler,
    logger,
    providerKey: PROVIDER,
    requesterKey: REQUESTER,
    payDesk: () => payer.payDesk(),
    /** The requester's page is opened anew, over the same storage, perhaps with a new key. */
    reopenRequester(key = REQUESTER) {
      requester = key
      payer = moneyOf(books.payer, requester, 73)
    },
    ask: (maxAmount: bigint, options: Partial<AskOptions> = {}, ports: Partial<AskPorts> = {}): Promise<Asker> =>
      town.ask(
        { payment: { maxAmount }, ...options },
        {
          sessionKey: requester,
          openPayDesk: () => payer.payDesk(),
          readStakes: createStakeReader({ openChain: () => payer.chain(), clock: town.clock, logger }),
          ...ports,
        },
      ),
  }
}

/** What the asker was told it had spent, at every voucher. */
export function spendingOf(asker: Asker): bigint[] {
  return asker.events.flatMap((event) => (event.type === 'payment' ? [event.payment.spent] : []))
}
