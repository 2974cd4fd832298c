import type { Chain, MoneyBook } from '../../../src/participant/ports.ts'
import { createDatabase } from '../../../src/storage/database.ts'
import { createMoneyBook } from '../../../src/storage/money-book.ts'
import { openSessionKey } from '../../../src/wallet/session-key.ts'
import { verifySignature } from '../../../src/wallet/session-key-webcrypto.ts'
import { MEMORY_NETWORK } from '../../doubles/memory-chain.ts'
import { createSeededRandom } from '../../doubles/seeded-random.ts'
import { type Bridge, createBridge } from '../bridge.ts'
import { type CallChain, CHAIN_CALLS, type PageEvent, type PageOptions, type PaidPage } from '../paid-page.ts'
import { createSide, type Side } from '../side.ts'

declare const tellDriver: (event: PageEvent) => Promise<void>
declare const callChain: CallChain

/** The real side of a job over the real key and the real book of this browser, in the hand of whoever kills it. */
const chain = {
  network: MEMORY_NETWORK,
  isSponsored: true,
  ...Object.fromEntries(
    CHAIN_CALLS.map((name) => [name, (...args: unknown[]) => callChain(name, ...args.slice(0, 2))]),
  ),
} as unknown as Chain

const tell = (event: PageEvent): void => void tellDriver(event)

/** Says what the book has acknowledged, after it has. */
function telling(book: MoneyBook, isForgetful: boolean): MoneyBook {
  let unwritten = 0n
  return {
    ...book,
    async keepVoucher(voucher, certain) {
      if (!isForgetful) await book.keepVoucher(voucher, certain)
      tell({ type: 'kept', amount: voucher.cumulativeAmount })
    },
    async keepChannel(channel) {
      if (!isForgetful) await book.keepChannel(channel)
      tell({ type: 'kept', amount: channel.promised })
    },
    async promise(...args) {
      unwritten += args[1]
      const sum = isForgetful ? unwritten : await book.promise(...args)
      if (sum !== null) tell({ type: 'kept', amount: sum })
      return sum
    },
  }
}

let options: PageOptions | null = null
let side: Side | null = null
let bridge: Bridge | null = null
let running = 0
let ended: Promise<string> = Promise.resolve('nothing was started')
let database = createDatabase()

const page: PaidPage = {
  async open(given) {
    options = given
    database = createDatabase(`locus-${given.role}`)
    const sessionKey = await openSessionKey(`locus-session-key-${given.role}`)
    if (!sessionKey.persistent) throw new Error('this browser keeps no key')
    const book = telling(createMoneyBook(database), given.isForgetful)
    side = createSide({ chain, book, sessionKey, verifySignature, random: createSeededRandom(given.seed) })
    return sessionKey.publicKey
  },
  start(job, plan) {
    if (side === null) throw new Error('open comes first')
    running = job
    bridge = createBridge(
      (bytes) => tell({ type: 'bytes', job, bytes }),
      () => tell({ type: 'hung-up', job }),
    )
    const { bytes } = bridge
    ended =
      options?.role === 'provider'
        ? side.serve(bytes)
        : side.ask(bytes, plan, (tokens) => tell({ type: 'segment', tokens })).catch((error: unknown) => String(error))
  },
  push(job, bytes) {
    if (job === running) bridge?.push(bytes)
  },
  hangUp(job) {
    if (job === running) bridge?.hangUp()
  },
  outcome: () => ended,
  async book() {
    const book = createMoneyBook(database)
    const db = await database.open()
    const [vouchers, channels, receipts] = [await book.vouchers(), await book.channels(), await book.receipts()]
    const stored = (await db.count('vouchers')) + (await db.count('own-channels')) + (await db.count('served-receipts'))
    return { vouchers, channels, unreadable: stored - vouchers.length - channels.length - receipts.length }
  },
}

Object.assign(globalThis, { paidPage: page })
