import type { HeldVoucher, MoneyBook } from '../../src/participant/ports.ts'
import { createSettler } from '../../src/participant/settle.ts'
import { bytesEqual } from '../../src/protocol/hash.ts'
import { createMemoryMoneyBook } from '../../src/storage/money-book.ts'
import { createMemoryChain } from '../doubles/memory-chain.ts'
import { createSeededRandom } from '../doubles/seeded-random.ts'
import { createSeededSessionKey } from '../doubles/seeded-session-key.ts'
import { verifySlowly } from '../doubles/vouchers.ts'
import { createBridge } from './bridge.ts'
import { type DrivenPage, openDrivenPage } from './driven-page.ts'
import type { JobPlan, Role, StoredBook } from './paid-page.ts'
import { createSide } from './side.ts'
import { createWireWatch, type WireWatch } from './wire-watch.ts'

const PAYER = `0x${'11'.repeat(20)}` as const
const PAYEE = `0x${'22'.repeat(20)}` as const
/** More than any run spends. */
const PLENTY = 10n ** 30n

/** A job under way between the page and this process. */
export interface PaidJob {
  readonly watch: WireWatch
  /** By what the page has told: see `KillFacts`. */
  kept(): bigint
  receivedTokens(): number
  /** How it ended here and in the page. */
  readonly here: Promise<string>
  there(): Promise<string>
}

/** One side of all jobs in a page that is killed again and again, the other in this process, which is not; and their chain. */
export interface PaidWorld {
  start(plan: Omit<JobPlan, 'providerKey'>): PaidJob
  /** SIGKILL, and the same profile opened again. False: the browser has thrown away what it kept, the page's key with it. */
  killAndReopen(): Promise<boolean>
  /** The other side is opened anew over its book as well, in peace. */
  reopenHere(): void
  books(): Promise<{ held: bigint; promised: bigint; unreadable: number }>
  channelIds(): string[]
  /** What the chain pays out for the vouchers that are held. */
  settle(): Promise<bigint>
  close(): Promise<void>
}

export interface PaidWorldOptions {
  address: string
  /** A folder that the browser may keep its profile in. */
  profile: string
  /** Which side the page is. */
  role: Role
  seed: number
  isForgetful?: boolean
}

export async function createPaidWorld(options: PaidWorldOptions): Promise<PaidWorld> {
  const { address, profile, role, isForgetful = false } = options
  const chain = createMemoryChain()
  const book: MoneyBook = createMemoryMoneyBook()
  const ownKey = createSeededSessionKey(options.seed)
  const ports = { chain, book, sessionKey: ownKey, verifySignature: verifySlowly }
  let seed = options.seed
  let side = createSide({ ...ports, random: createSeededRandom(seed) })
  let page: DrivenPage
  let jobs = 0
  let hangUp = (): void => {}

  const open = async (): Promise<Uint8Array> => {
    page = await openDrivenPage(address, profile, chain)
    seed += 1_000
    return page.call('open', { role, seed, isForgetful })
  }
  const pageKey = await open()
  const [providerKey, requesterKey] = role === 'provider' ? [pageKey, ownKey.publicKey] : [ownKey.publicKey, pageKey]
  chain.delegate(requesterKey, PAYER)
  chain.delegate(providerKey, PAYEE)
  chain.balances.set(PAYER, PLENTY)
  chain.allowances.set(PAYER, PLENTY)

  const stored = (): Promise<StoredBook> => page.call('book')
  const held = async (): Promise<HeldVoucher[]> =>
    role === 'provider' ? (await stored()).vouchers : await book.vouchers()

  return {
    start(plan) {
      chain.makeSafe()
      const job = ++jobs
      const current = page
      const watch = createWireWatch()
      let kept = 0n
      let received = 0
      const bridge = createBridge(
        (bytes) => {
          watch.see(role === 'provider' ? 'requester' : 'provider', bytes)
          current.tell('push', job, bytes)
        },
        () => current.tell('hangUp', job),
      )
      current.onEvent = (event) => {
        if (event.type === 'kept' && event.amount > kept) kept = event.amount
        else if (event.type === 'segment') received += event.tokens
        else if (event.type === 'bytes' && event.job === job) {
          watch.see(role, event.bytes)
          bridge.push(event.bytes)
        } else if (event.type === 'hung-up' && event.job === job) bridge.hangUp()
      }
      hangUp = bridge.hangUp
      const whole = { ...plan, providerKey }
      const isStarted = current.call('start', job, whole).catch(() => {})
      const here =
        role === 'provider'
          ? isStarted.then(() => side.ask(bridge.bytes, whole, (tokens) => (received += tokens)))
          : side.serve(bridge.bytes)
      return {
        watch,
        here: here.catch(String),
        there: () => current.call('outcome'),
        kept: () => kept,
        receivedTokens: () => received,
      }
    },
    async killAndReopen() {
      await page.kill()
      hangUp()
      return bytesEqual(await open(), pageKey)
    },
    reopenHere() {
      seed += 1_000
      side = createSide({ ...ports, random: createSeededRandom(seed) })
    },
    async books() {
      const { vouchers, channels, unreadable } = await stored()
      const other = { vouchers: await book.vouchers(), channels: await book.channels() }
      const [voucher, channel] = role === 'provider' ? [vouchers, other.channels] : [other.vouchers, channels]
      return {
        held: highest(voucher.map(({ cumulativeAmount }) => cumulativeAmount)),
        promised: highest(channel.map(({ promised }) => promised)),
        unreadable,
      }
    },
    channelIds: () => chain.channelIds(),
    async settle() {
      const copy = createMemoryMoneyBook()
      for (const voucher of await held()) await copy.keepVoucher(voucher, voucher.cumulativeAmount)
      await createSettler({ chain, book: copy, sessionKey: ownKey, clock: Date }).handInDue(true)
      return chain.balances.get(PAYEE) ?? 0n
    },
    close: () => page.close(),
  }
}

function highest(amounts: readonly bigint[]): bigint {
  return amounts.reduce((most, amount) => (amount > most ? amount : most), 0n)
}
