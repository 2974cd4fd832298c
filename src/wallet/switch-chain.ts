import * as v from 'valibot'
import type { Asked, Clock } from '../participant/ports.ts'
import type { ChainNetwork } from '../protocol/channel/chain-network.ts'
import { walletError } from './chain-errors.ts'
import { presetOf } from './chain-presets.ts'
import { Count } from './rpc-values.ts'
import {
  hasCode,
  isDeclined,
  QUIET_TIMEOUT_MS,
  type WalletProvider,
  walletErrorOf,
  withinTime,
} from './wallet-provider.ts'

/** Some wallets switch in silence, some ask, and some never answer: a person who wants to has pressed the button by then. */
const SWITCH_TIMEOUT_MS = 60_000

/** EIP-3085 and -3326: the wallet does not know the chain. */
const UNKNOWN_CHAIN = 4902
/** It does not know the method: some have one chain only. */
const UNSUPPORTED = [4200, -32_601]

export interface SwitchOptions {
  clock: Pick<Clock, 'after'>
  network: ChainNetwork
  /** Absolute: it is what a wallet that does not know the chain would use. */
  rpcUrl: string
}

/**
 * Brings the wallet to the right chain. Wallets refuse to sign typed data for a chain that is not the active one, and sign transactions for whichever
 * is. Errors: `wallet/no-answer`, `wallet/other-chain`, `wallet/busy`, `wallet/failed`.
 */
export async function switchChain(provider: WalletProvider, options: SwitchOptions): Promise<Asked<null>> {
  const { network, clock } = options
  if ((await chainIdOf(provider, clock)) === network.chainId) return { outcome: 'done', value: null }
  const chainId = `0x${network.chainId.toString(16)}`
  const change = (method: string, parameter: object): Promise<unknown> =>
    withinTime(clock, SWITCH_TIMEOUT_MS, () => provider.request({ method, params: [parameter] }))
  try {
    try {
      await change('wallet_switchEthereumChain', { chainId })
    } catch (error) {
      if (!hasCode(error, UNKNOWN_CHAIN)) throw error
      await change('wallet_addEthereumChain', descriptionOf(options))
      // Some wallets add a chain and stay where they are.
      if ((await chainIdOf(provider, clock)) !== network.chainId)
        await change('wallet_switchEthereumChain', { chainId })
    }
  } catch (error) {
    if (isDeclined(error)) return { outcome: 'declined' }
    if (hasCode(error, ...UNSUPPORTED)) throw otherChain(network, error)
    throw walletErrorOf(error)
  }
  const found = await chainIdOf(provider, clock)
  if (found !== network.chainId) throw otherChain(network)
  return { outcome: 'done', value: null }
}

async function chainIdOf(provider: WalletProvider, clock: Pick<Clock, 'after'>): Promise<number> {
  try {
    return v.parse(Count, await withinTime(clock, QUIET_TIMEOUT_MS, () => provider.request({ method: 'eth_chainId' })))
  } catch (error) {
    throw walletErrorOf(error)
  }
}

function otherChain(network: ChainNetwork, cause?: unknown) {
  return walletError('wallet/other-chain', {
    details: { chain: network.name, chainId: network.chainId },
    text: { nextStep: `Choose the chain “${network.name}” in the wallet yourself, then try again.` },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** EIP-3085. A chain that we have no description of is described by its site. */
function descriptionOf({ network, rpcUrl }: SwitchOptions) {
  const preset = presetOf(network.chainId)
  return {
    chainId: `0x${network.chainId.toString(16)}`,
    chainName: preset?.name ?? network.name,
    nativeCurrency: preset?.coin ?? { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: [preset?.rpcUrl ?? rpcUrl],
    ...(preset?.explorerUrl == null ? {} : { blockExplorerUrls: [preset.explorerUrl] }),
  }
}
