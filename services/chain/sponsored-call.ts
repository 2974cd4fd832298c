import { type Abi, decodeFunctionData, encodeFunctionData } from 'viem'
import type { Address, ChainNetwork, HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { channelsAbi } from '../../src/wallet/abi/channels.gen.ts'
import { receiptsAbi } from '../../src/wallet/abi/receipts.gen.ts'
import { sessionRegistryAbi } from '../../src/wallet/abi/session-registry.gen.ts'
import { stakeAbi } from '../../src/wallet/abi/stake.gen.ts'
import { testTokenAbi } from '../../src/wallet/abi/test-token.gen.ts'

interface Sponsored {
  to: Address
  abi: Abi
  functions: readonly string[]
}

/** What anybody may hand in: it says by its signatures what becomes of it, whoever pays. */
function sponsored({ contracts, token }: ChainNetwork): Sponsored[] {
  return [
    { to: contracts.sessionRegistry, abi: sessionRegistryAbi, functions: ['delegate'] },
    { to: contracts.stake, abi: stakeAbi, functions: ['stakeWithPermit'] },
    { to: token.address, abi: testTokenAbi, functions: ['permit'] },
    {
      to: contracts.channels,
      abi: channelsAbi,
      functions: ['openBySession', 'topUpBySession', 'settle', 'settleMany'],
    },
    { to: contracts.receipts, abi: receiptsAbi, functions: ['commit', 'commitMany'] },
  ]
}

/** Why a call is not sponsored, in words; null where it is. `payer` is the account that would send it. */
export function whyNotSponsored(
  network: ChainNetwork,
  payer: Address,
  { to, data }: { to: Address; data: HexBytes },
): string | null {
  const contract = sponsored(network).find((one) => isSame(one.to, to))
  if (contract === undefined) return 'Nothing is handed in to this contract.'
  const call = decode(contract.abi, data)
  if (call === null) return 'The contract has no such function, or the data is not a call of it.'
  if (!contract.functions.includes(call.functionName)) return 'Only a function that anybody may call is handed in.'
  // What the sender says of itself needs no signature: whoever could say it in our name would have our account's word.
  if (mentions(call.args, payer)) return 'A call that speaks of the account that pays is not handed in.'
  if (call.functionName === 'permit' && !isSame(call.args[1], network.contracts.channels)) {
    return 'A permit is handed in for the contract of payments alone.'
  }
  return null
}

/** Null also where other bytes would be the same call: one call, one encoding. */
function decode(abi: Abi, data: HexBytes): { functionName: string; args: readonly unknown[] } | null {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data })
    return encodeFunctionData({ abi, functionName, args }) === data.toLowerCase() ? { functionName, args } : null
  } catch {
    return null
  }
}

function mentions(value: unknown, address: Address): boolean {
  if (typeof value === 'string') return isSame(value, address)
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => mentions(one, address))
}

function isSame(one: unknown, other: Address): boolean {
  return typeof one === 'string' && one.toLowerCase() === other.toLowerCase()
}
