/** What speaks to the chain and to wallets. Loaded when somebody opens Stake or pays for an answer, so that nobody else waits for it. */
import type { Money } from './follow-stake.ts'
import { readPageConfig } from './page-config.ts'
import { createClock } from './platform/clock.ts'
import type { Address } from './protocol/channel/chain-network.ts'
import { CodedError } from './protocol/errors.ts'
import { startWorker } from './start-worker.ts'
import { createChain } from './wallet/create-chain.ts'
import { createWallet } from './wallet/create-wallet.ts'

/** Null: this site names no chain. Errors: `network/relay-unreachable` where the site does not say. */
export async function composeMoney(): Promise<Money | null> {
  const { chain: named } = await readPageConfig()
  if (named === null) return null
  const { network } = named
  const rpcUrl = absolute(named.rpcUrl)
  const sponsorUrl = named.sponsorUrl === null ? null : absolute(named.sponsorUrl)
  const clock = createClock(() => startWorker('timer'))
  const chain = createChain({ network, rpcUrl, sponsorUrl, clock })
  return { chain, wallet: createWallet({ network, rpcUrl, clock, origin: location.origin }) }
}

/** Asks the site's faucet for test money. Errors: `chain/sponsor-refused`, `chain/unreachable`. */
export async function requestTestMoney(to: Address): Promise<void> {
  const { chain } = await readPageConfig()
  if (chain === null || chain.faucetUrl === null) throw new CodedError(REFUSED)
  const response = await fetch(absolute(chain.faucetUrl), {
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
