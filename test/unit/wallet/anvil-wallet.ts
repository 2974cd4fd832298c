import { type Hex, numberToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import type { ChainWorld } from './chain-world.ts'
import { createScriptedProvider, rpcError, type ScriptedProvider } from './scripted-provider.ts'

/** A wallet of a person who says yes, over the chain of a test. Typed data is signed as it comes, as wallets get it: JSON. */
export function createAnvilWallet(world: ChainWorld, person: PrivateKeyAccount): ScriptedProvider {
  return createScriptedProvider({
    eth_requestAccounts: [person.address.toLowerCase()],
    eth_chainId: numberToHex(world.network.chainId),
    eth_signTypedData_v4: (params: unknown) => {
      const [from, text] = params as [string, string]
      if (from.toLowerCase() !== person.address.toLowerCase()) throw rpcError(4100, 'another account')
      return person.signTypedData(JSON.parse(text))
    },
    eth_sendTransaction: async (params: unknown) => {
      const [call] = params as [{ from: Hex; to: Hex; data: Hex }]
      await world.request('anvil_impersonateAccount', call.from)
      return world.send(call.from, call.to, call.data)
    },
  })
}
