import { createClient, custom, type TypedDataDefinition } from 'viem'
import { signTypedData } from 'viem/actions'
import type { Asked, Clock } from '../participant/ports.ts'
import type { Address, ChainNetwork } from '../protocol/channel/chain-network.ts'
import { switchChain } from './switch-chain.ts'
import { prompt, type WalletProvider } from './wallet-provider.ts'

export interface SignOptions {
  provider: WalletProvider
  account: Address
  network: ChainNetwork
  rpcUrl: string
  clock: Pick<Clock, 'after'>
}

/**
 * Asks the wallet for a signature, on the right chain. What comes back is whatever the wallet said: it is verified by whoever asked. Errors: every
 * `wallet/*` code.
 */
export async function signTyped(asked: TypedDataDefinition, options: SignOptions): Promise<Asked<unknown>> {
  const { provider, account, clock } = options
  const switched = await switchChain(provider, options)
  if (switched.outcome === 'declined') return switched
  const client = createClient({
    transport: custom({ request: (call) => provider.request(call as never) }, { retryCount: 0 }),
  })
  // viem checks every value against its type before the wallet sees it.
  return prompt<unknown>(clock, () => signTypedData(client, { account, ...asked }))
}
