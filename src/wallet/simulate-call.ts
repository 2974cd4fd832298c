import type { Hex } from 'viem'
import type { Address } from '../protocol/channel/chain-network.ts'
import { chainError } from './chain-errors.ts'
import type { ChainCall } from './encode-call.ts'
import type { JsonRpc } from './json-rpc.ts'
import { revertDataOf } from './revert-reason.ts'

/**
 * What the contract would revert with; null where it would not, or where the node does not say. On the pending block: on a chain that stands
 * still between transactions the newest one has the time of long ago.
 */
export async function simulateCall(
  rpc: JsonRpc,
  call: ChainCall,
  from: Address | null,
  signal?: AbortSignal,
): Promise<Hex | null> {
  const params = [from === null ? call : { ...call, from }, 'pending']
  const [answer] = await rpc.batch([{ method: 'eth_call', params }], signal)
  if (answer === undefined) throw chainError('chain/unreachable')
  return answer.state === 'error' ? revertDataOf(answer.error) : null
}
