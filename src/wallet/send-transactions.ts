import * as v from 'valibot'
import type { Asked, Clock, WalletCall } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { canBatch, sendBatch } from './batched-calls.ts'
import { chainError, walletError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import { type ChainCall, encodeApproval, encodeStake, encodeWalletCall } from './encode-call.ts'
import type { JsonRpc } from './json-rpc.ts'
import { plainAddress } from './plain-address.ts'
import { revertError } from './revert-reason.ts'
import { REVERT_TEXTS } from './revert-texts.ts'
import { contractQuery } from './rpc-query.ts'
import { Hash } from './rpc-values.ts'
import { simulateCall } from './simulate-call.ts'
import { tokenAbi } from './token-abi.ts'
import { waitForReceipt } from './wait-for-receipt.ts'
import { prompt, type WalletProvider } from './wallet-provider.ts'

export interface SendOptions {
  provider: WalletProvider
  account: Address
  network: ChainNetwork
  reader: ChainReader
  rpc: JsonRpc
  clock: Pick<Clock, 'now' | 'after'>
}

/** Errors: every `wallet/*` and `chain/*` code. What would fail is refused before anybody is asked. */
export async function sendWalletCall(
  call: WalletCall,
  options: SendOptions,
): Promise<Asked<{ transaction: HexBytes }>> {
  if (call.kind === 'stake') return stake(call.amount, options)
  return sendOne(encodeWalletCall(options.network, call), options)
}

async function sendOne(call: ChainCall, options: SendOptions): Promise<Asked<{ transaction: HexBytes }>> {
  const { provider, account, network, reader, rpc, clock } = options
  const reverted = await simulateCall(rpc, call, account)
  if (reverted !== null) throw revertError(reverted)
  const asked = await prompt(clock, () =>
    provider.request({
      method: 'eth_sendTransaction',
      params: [{ from: account, chainId: `0x${network.chainId.toString(16)}`, ...call }],
    }),
  )
  if (asked.outcome === 'declined') return asked
  const transaction = v.safeParse(Hash, asked.value)
  if (!transaction.success) throw walletError('wallet/failed', { details: { reason: 'no transaction hash' } })
  await waitForReceipt(transaction.output, call, { reader, rpc, clock, from: account })
  return { outcome: 'done', value: { transaction: transaction.output } }
}

/** Never approves more than is staked at once: an approval that is left over is what thieves look for. */
async function stake(amount: bigint, options: SendOptions): Promise<Asked<{ transaction: HexBytes }>> {
  const { network, account, reader, rpc, clock } = options
  const spender = network.contracts.stake
  const [balance, allowance] = await reader.ask([
    contractQuery(network.token.address, tokenAbi, 'balanceOf', [plainAddress(account)]),
    contractQuery(network.token.address, tokenAbi, 'allowance', [plainAddress(account), plainAddress(spender)]),
  ])
  if (balance < amount) {
    const text = REVERT_TEXTS['ERC20InsufficientBalance']
    throw chainError('chain/reverted', {
      details: { reason: 'ERC20InsufficientBalance' },
      ...(text === undefined ? {} : { text }),
    })
  }
  const [approval, staking] = [encodeApproval(network, spender, amount), encodeStake(network, amount)]
  // An approval of before, whose stake was declined: it is not asked for again.
  if (allowance >= amount) return sendOne(staking, options)
  if (await canBatch(options)) {
    const sent = await sendBatch([approval, staking], options)
    if (sent.outcome === 'declined') return sent
    // The wallet's word for it is not enough.
    await waitForReceipt(sent.value, staking, { reader, rpc, clock, from: account })
    return { outcome: 'done', value: { transaction: sent.value } }
  }
  const approved = await sendOne(approval, options)
  return approved.outcome === 'declined' ? approved : sendOne(staking, options)
}
