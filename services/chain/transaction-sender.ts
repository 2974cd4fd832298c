import * as v from 'valibot'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { Address, HexBytes } from '../../src/protocol/channel/chain-network.ts'
import type { JsonRpc, RpcCall } from '../../src/wallet/json-rpc.ts'
import { Count, Hash, Quantity } from '../../src/wallet/rpc-values.ts'

/** Estimates are exact for the block that they were made in; the next one may write a new slot. */
const GAS_MARGIN_PERCENT = 130n
/** EIP-7825: a transaction may have no more. */
const MAX_GAS = 2n ** 24n
const TIP_WEI = 1_000_000_000n

/** The node refused, in its own words: that is `message`, and what a contract reverted with is in `data`. */
export class NodeRefusal extends Error {
  override readonly name = 'NodeRefusal'
  readonly data: unknown

  constructor(message: string, data: unknown) {
    super(message)
    this.data = data
  }
}

export interface OutgoingCall {
  to: Address
  data: HexBytes
  valueWei?: bigint
}

/** An account of a service, which pays for what others may hand in. */
export interface TransactionSender {
  readonly address: Address
  /** Returns once the node has it. Errors: NodeRefusal; `chain/unreachable`. */
  send(call: OutgoingCall): Promise<HexBytes>
}

/** With a key of this run alone: on a chain of one's own its coins are given, and on any other it would be a key to keep. */
export function createSender(rpc: JsonRpc, chainId: number): TransactionSender {
  const account = privateKeyToAccount(generatePrivateKey())
  // One after the other: two that ask for their number at once get the same.
  let last: Promise<unknown> = Promise.resolve()

  async function sendNext({ to, data, valueWei = 0n }: OutgoingCall): Promise<HexBytes> {
    const call = { from: account.address, to, data, value: `0x${valueWei.toString(16)}` }
    const [nonce, estimate, gasPriceWei] = await results(rpc, [
      { method: 'eth_getTransactionCount', params: [account.address, 'pending'] },
      { method: 'eth_estimateGas', params: [call, 'pending'] },
      { method: 'eth_gasPrice', params: [] },
    ])
    const gas = (v.parse(Quantity, estimate) * GAS_MARGIN_PERCENT) / 100n
    const maxFeePerGas = 2n * v.parse(Quantity, gasPriceWei)
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId,
      nonce: v.parse(Count, nonce),
      gas: gas < MAX_GAS ? gas : MAX_GAS,
      maxFeePerGas,
      maxPriorityFeePerGas: maxFeePerGas < TIP_WEI ? maxFeePerGas : TIP_WEI,
      to,
      data,
      value: valueWei,
    })
    const [hash] = await results(rpc, [{ method: 'eth_sendRawTransaction', params: [raw] }])
    return v.parse(Hash, hash)
  }

  return {
    address: account.address,
    send(call) {
      const sent = last.then(() => sendNext(call))
      last = sent.catch(() => undefined)
      return sent
    },
  }
}

async function results(rpc: JsonRpc, calls: RpcCall[]): Promise<unknown[]> {
  const answers = await rpc.batch(calls)
  return answers.map((answer) => {
    if (answer.state === 'result') return answer.result
    throw new NodeRefusal(answer.error.message, answer.error.data)
  })
}
