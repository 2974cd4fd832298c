import { createClient, custom, type Hex } from 'viem'
import { verifyHash } from 'viem/actions'
import type { Address } from '../protocol/channel/chain-network.ts'
import { chainError } from './chain-errors.ts'
import type { JsonRpc } from './json-rpc.ts'

/** By ERC-1271 where the account has code; by ERC-6492, as if it were deployed, where it has none. Errors: `chain/unreachable`. */
export async function isContractSignature(rpc: JsonRpc, address: Address, hash: Hex, signature: Hex): Promise<boolean> {
  const client = createClient({ transport: custom({ request: requestOver(rpc) }, { retryCount: 0 }) })
  try {
    return await verifyHash(client, { address, hash, signature })
  } catch (cause) {
    throw chainError('chain/unreachable', { cause })
  }
}

/** EIP-1193 over our own JSON-RPC, with its caps and its clock. */
function requestOver(rpc: JsonRpc) {
  return async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    const [answer] = await rpc.batch([{ method, params: (params ?? []) as unknown[] }])
    if (answer?.state === 'result') return answer.result
    throw Object.assign(new Error(answer?.error.message ?? 'no answer'), answer?.error)
  }
}
