/** What speaks to the chain and to wallets. Loaded when somebody opens Stake, contributes, or pays for an answer, so that nobody else waits for it. */
import type { Money } from './follow-stake.ts'
import { readPageConfig } from './page-config.ts'
import type { Chain, Clock } from './participant/ports.ts'
import { createClock } from './platform/clock.ts'
import type { Address } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import { startWorker } from './start-worker.ts'
import { createChain } from './wallet/create-chain.ts'
import { createWallet } from './wallet/create-wallet.ts'

let chain: Promise<Chain | null> | null = null
let money: Promise<Money | null> | null = null

/** One for the page. Null: this site names no chain. Errors: `network/relay-unreachable` where the site does not say; then it may be asked again. */
export function openChain(): Promise<Chain | null> {
  chain ??= readPageConfig()
    .then(({ chain: named }) => {
      if (named === null) return null
      const sponsorUrl = named.sponsorUrl === null ? null : absolute(named.sponsorUrl)
      return createChain({ network: named.network, rpcUrl: absolute(named.rpcUrl), sponsorUrl, clock: clockOf() })
    })
    .catch((error: unknown) => {
      chain = null
      throw error
    })
  return chain
}

/** The chain, and the wallets that this browser has. One for the page. Errors: the same. */
export function openMoney(): Promise<Money | null> {
  money ??= composeMoney().catch((error: unknown) => {
    money = null
    throw error
  })
  return money
}

async function composeMoney(): Promise<Money | null> {
  const [{ chain: named }, opened] = await Promise.all([readPageConfig(), openChain()])
  if (named === null || opened === null) return null
  const { network } = named
  const options = { network, rpcUrl: absolute(named.rpcUrl), clock: clockOf(), origin: location.origin }
  return { chain: opened, wallet: createWallet(options) }
}

function clockOf(): Clock {
  return createClock(() => startWorker('timer'))
}

/** Asks the site's faucet for test money. Errors: `chain/sponsor-refused`, `chain/unreachable`. */
export async function requestTestMoney(to: Address): Promise<void> {
  const { chain: named } = await readPageConfig()
  if (named === null || named.faucetUrl === null) throw new CodedError(REFUSED)
  const response = await fetch(absolute(named.faucetUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address: to }),
  }).catch((cause: unknown) => {
    throw new CodedError(UNREACHABLE, { cause })
  })
  if (!response.ok) throw new CodedError(REFUSED)
}

function absolute(url: string): string {
  return new URL(url, location.href).href
}

const REFUSED = {
  code: 'chain/sponsor-refused',
  message: 'This site gives no test money away right now.',
  nextStep: 'It gives each account a little, once in a while. Wait, then ask again.',
} as const

const UNREACHABLE = {
  code: 'chain/unreachable',
  message: 'What gives test money away on this site does not answer.',
  nextStep: 'Check your connection, then ask again.',
} as const
