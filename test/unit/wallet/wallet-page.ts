import type { PrivateKeyAccount } from 'viem/accounts'
import { vi } from 'vitest'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { createWallet } from '../../../src/wallet/create-wallet.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { createAnvilWallet } from './anvil-wallet.ts'
import { personWithMoney } from './chain-people.ts'
import { type ChainWorld, sponsorOf } from './chain-world.ts'
import type { ScriptedProvider } from './scripted-provider.ts'

const SPONSOR = 'https://site.example/sponsor'

/** A page whose `window` hears one wallet announce itself. */
export function announce(provider: ScriptedProvider): void {
  const page = new EventTarget()
  const info = { uuid: 'one', name: 'A wallet', icon: 'data:image/png;base64,AA==', rdns: 'example.wallet' }
  page.addEventListener('eip6963:requestProvider', () => {
    page.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider } }))
  })
  vi.stubGlobal('window', page)
}

export function walletOf({ network, rpcUrl }: ChainWorld, change: Partial<Parameters<typeof createWallet>[0]> = {}) {
  return createWallet({ network, rpcUrl, clock: createQuickClock(), origin: 'https://site.example', ...change })
}

/** The same page once the wallet of somebody with money is connected; `asked` begins after that. */
export async function connected(
  world: ChainWorld,
  prepare: (provider: ScriptedProvider, person: PrivateKeyAccount) => void = () => undefined,
  change: Partial<Parameters<typeof createWallet>[0]> = {},
) {
  const person = await personWithMoney(world)
  const provider = createAnvilWallet(world, person)
  prepare(provider, person)
  announce(provider)
  const wallet = walletOf(world, change)
  wallet.onChoices(() => undefined)()
  await wallet.connect('announced:one')
  provider.asked.length = 0
  return { wallet, provider, person }
}

export function sponsoredChain(world: ChainWorld) {
  const { network, rpcUrl } = world
  const fetch = sponsorOf(world, SPONSOR)
  return createChain({ network, rpcUrl, sponsorUrl: SPONSOR, clock: createQuickClock(), fetch })
}
