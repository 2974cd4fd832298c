import { createEarnDesk, type EarnDesk, type JobPayee } from '../../src/participant/earn-desk.ts'
import type { JobPayer } from '../../src/participant/job-payer.ts'
import { createPayDesk, type PayDesk } from '../../src/participant/pay-desk.ts'
import type { Asked, Chain, MoneyBook, SessionKey, Wallet } from '../../src/participant/ports.ts'
import { createSettler, type Settler } from '../../src/participant/settle.ts'
import type { Address } from '../../src/protocol/channel/chain-network.ts'
import {
  buildDelegation,
  possessionDigest,
  SCOPE_PAY,
  SCOPE_SERVE,
  SCOPE_VERIFY,
} from '../../src/protocol/channel/delegation.ts'
import type { PaymentTerms, Price } from '../../src/protocol/channel/payment-terms.ts'
import type { JobRequest } from '../../src/protocol/job/job.ts'
import { hex } from '../../src/protocol/receipt/typed-data.ts'
import { createMemoryMoneyBook } from '../../src/storage/money-book.ts'
import { createChain } from '../../src/wallet/create-chain.ts'
import { createWallet } from '../../src/wallet/create-wallet.ts'
import { createEphemeralSessionKey, verifySignature } from '../../src/wallet/session-key-webcrypto.ts'
import { openTestWallet } from '../../src/wallet/test-wallet.ts'
import { type LocalChain, serveDoors, startLocalChain } from '../doubles/local-chain.ts'
import { createQuickClock } from '../doubles/quick-clock.ts'
import { createSeededRandom } from '../doubles/seeded-random.ts'

/** One page: a wallet that says yes, a session key that it delegated to, and a book. */
export interface MoneyPage {
  wallet: Wallet
  address: Address
  key: SessionKey
  chain: Chain
  book: MoneyBook
}

/** Two pages over a real chain with real contracts, reached through a page server's doors; blocks come with transactions. */
export interface MoneyWorld {
  readonly local: LocalChain
  readonly payer: MoneyPage & { desk: PayDesk }
  readonly payee: MoneyPage & { desk: EarnDesk; settler: Settler; price: Price }
  /** A channel that holds this much beyond its promises, and both sides of a job on it. */
  job(amount: bigint): Promise<{ pays: JobPayer; earns: JobPayee }>
  /** Everything so far can no longer be taken back. */
  makeFinal(): Promise<void>
  balance(page: MoneyPage): Promise<bigint>
  stop(): Promise<void>
}

export async function createMoneyWorld(): Promise<MoneyWorld> {
  const local = await startLocalChain()
  const doors = await serveDoors(local)
  const clock = createQuickClock()
  const { network } = local
  const logger = { info() {}, warn() {} }

  const openPage = async (cap: bigint): Promise<MoneyPage> => {
    const chain = createChain({ network, rpcUrl: doors.rpcUrl, sponsorUrl: doors.sponsorUrl, clock })
    const storage = { getItem: () => null, setItem: () => undefined }
    const test = openTestWallet({ network, rpcUrl: doors.rpcUrl, clock, storage })
    const origin = 'https://site.example'
    const options = { network, rpcUrl: doors.rpcUrl, clock, origin, openTestWallet: async () => test }
    const wallet = createWallet(options)
    const { address } = done(await wallet.connect('test'))
    const key = await createEphemeralSessionKey()
    await local.request('anvil_setBalance', [address, '0xde0b6b3a7640000'])
    await give(doors.faucetUrl, chain, address)
    const delegation = buildDelegation({
      network,
      wallet: address,
      publicKey: key.publicKey,
      cap,
      origin,
      lifetimeSeconds: 86_400,
      scope: SCOPE_SERVE | SCOPE_VERIFY | SCOPE_PAY,
      nowSeconds: await local.blockSeconds(),
    })
    const possession = hex(await key.sign(possessionDigest(network, delegation)))
    const walletSignature = done(await wallet.signDelegation(delegation))
    await chain.handIn({ kind: 'delegate', delegation, walletSignature, possession })
    return { wallet, address, key, chain, book: createMemoryMoneyBook() }
  }

  const cap = 500n * 10n ** BigInt(network.token.decimals)
  const payer = await openPage(cap)
  const payee = await openPage(0n)
  const permit = done(await payer.wallet.signPermit(network.contracts.channels, cap))
  await payer.chain.handIn({ kind: 'allow-payments', permit })
  const random = createSeededRandom(7)
  const pays = createPayDesk({ ...payer, sessionKey: payer.key, clock, random })
  const earns = createEarnDesk({ ...payee, sessionKey: payee.key, verifySignature, clock, logger }, payee.chain)
  const settler = createSettler({ ...payee, sessionKey: payee.key, clock })
  const { price } = earns
  if (price === null) throw new Error('a desk with a chain asks a price')

  const makeFinal = (): Promise<void> => local.mine(4)
  await makeFinal()
  return {
    local,
    payer: { ...payer, desk: pays },
    payee: { ...payee, desk: earns, settler, price },
    async job(amount) {
      const prepared = await pays.prepare(payee.key.publicKey, price, amount, 100n * amount)
      const accepted = await earns.accept(requestOf(payer.key, prepared.payer.terms))
      if (typeof accepted === 'string') throw new Error(accepted)
      return { pays: prepared.payer, earns: accepted }
    },
    makeFinal,
    balance: async ({ chain, address }) => (await chain.account(address)).balance,
    async stop() {
      await doors.stop()
      await local.stop()
    },
  }
}

/** A job of one token to read. */
export function requestOf(key: SessionKey, payment: PaymentTerms): JobRequest {
  return {
    version: 2,
    modelRoot: 'ab'.repeat(32),
    promptIds: [1],
    resumedIds: [],
    sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 },
    maxTokens: 320,
    stopIds: [],
    seedCommitment: new Uint8Array(32),
    carriedSeed: null,
    requesterKey: key.publicKey,
    payment,
  }
}

export function done<T>(asked: Asked<T>): T {
  if (asked.outcome === 'declined') throw new Error('the wallet declined')
  return asked.value
}

async function give(faucetUrl: string, chain: Chain, address: Address): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(faucetUrl, { method: 'POST', headers, body: JSON.stringify({ address }) })
  while ((await chain.account(address)).balance === 0n);
}
