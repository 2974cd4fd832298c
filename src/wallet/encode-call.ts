import { encodeFunctionData, type Hex, parseSignature } from 'viem'
import type { HandIn, Permit, WalletCall } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { channelsAbi } from './abi/channels.gen.ts'
import { receiptsAbi } from './abi/receipts.gen.ts'
import { sessionRegistryAbi } from './abi/session-registry.gen.ts'
import { stakeAbi } from './abi/stake.gen.ts'
import { plainAddress } from './plain-address.ts'
import { tokenAbi } from './token-abi.ts'

/** A transaction without a sender: none of ours carries the chain's own coin. */
export interface ChainCall {
  to: Address
  data: HexBytes
}

/** What anybody may send, as the contract reads it. */
export function encodeHandIn(network: ChainNetwork, call: HandIn): ChainCall {
  const { contracts, token } = network
  switch (call.kind) {
    case 'delegate': {
      const { delegation } = call
      const terms = {
        ...delegation,
        wallet: plainAddress(delegation.wallet),
        validAfter: BigInt(delegation.validAfter),
        validUntil: BigInt(delegation.validUntil),
      }
      const args = [terms, call.walletSignature, call.possession] as const
      return {
        to: contracts.sessionRegistry,
        data: encodeFunctionData({ abi: sessionRegistryAbi, functionName: 'delegate', args }),
      }
    }
    case 'stake': {
      const { owner, amount, deadline } = call.permit
      const args = [plainAddress(owner), amount, deadline, ...partsOf(call.permit)] as const
      return { to: contracts.stake, data: encodeFunctionData({ abi: stakeAbi, functionName: 'stakeWithPermit', args }) }
    }
    case 'allow-payments': {
      const { owner, amount, deadline } = call.permit
      const args = [
        plainAddress(owner),
        plainAddress(contracts.channels),
        amount,
        deadline,
        ...partsOf(call.permit),
      ] as const
      return { to: token.address, data: encodeFunctionData({ abi: tokenAbi, functionName: 'permit', args }) }
    }
    case 'open-channel': {
      const { payer, payeeKey, salt, amount, signed } = call
      const args = [plainAddress(payer), payeeKey, salt, amount, signed.signer, signed.signature] as const
      return {
        to: contracts.channels,
        data: encodeFunctionData({ abi: channelsAbi, functionName: 'openBySession', args }),
      }
    }
    case 'top-up': {
      const args = [call.channelId, call.deposit, call.signed.signer, call.signed.signature] as const
      return {
        to: contracts.channels,
        data: encodeFunctionData({ abi: channelsAbi, functionName: 'topUpBySession', args }),
      }
    }
    case 'settle':
      return {
        to: contracts.channels,
        data: encodeFunctionData({ abi: channelsAbi, functionName: 'settleMany', args: [call.settlements] }),
      }
    case 'commit': {
      const batch = {
        ...call.batch,
        participant: plainAddress(call.batch.participant),
        epoch: BigInt(call.batch.epoch),
        snapshotBlock: BigInt(call.batch.snapshotBlock),
      }
      // An empty signer: the wallet itself has signed.
      const args = [batch, '0x', call.walletSignature] as const
      return { to: contracts.receipts, data: encodeFunctionData({ abi: receiptsAbi, functionName: 'commit', args }) }
    }
  }
}

/** What only the wallet may send. Staking is two of these (`encodeApproval`, `encodeStake`). */
export function encodeWalletCall(network: ChainNetwork, call: Exclude<WalletCall, { kind: 'stake' }>): ChainCall {
  const { stake, channels, sessionRegistry } = network.contracts
  switch (call.kind) {
    case 'unbond':
      return { to: stake, data: encodeFunctionData({ abi: stakeAbi, functionName: 'unbond', args: [call.amount] }) }
    case 'withdraw':
      return { to: stake, data: encodeFunctionData({ abi: stakeAbi, functionName: 'withdraw' }) }
    case 'claim-reward':
      return { to: stake, data: encodeFunctionData({ abi: stakeAbi, functionName: 'claimReward' }) }
    case 'revoke':
      return {
        to: sessionRegistry,
        data: encodeFunctionData({ abi: sessionRegistryAbi, functionName: 'revoke', args: [call.keyId] }),
      }
    case 'request-close':
      return {
        to: channels,
        data: encodeFunctionData({ abi: channelsAbi, functionName: 'requestClose', args: [call.channelId] }),
      }
    case 'finalize-close':
      return {
        to: channels,
        data: encodeFunctionData({ abi: channelsAbi, functionName: 'finalizeClose', args: [call.channelId] }),
      }
    case 'hand-in':
      return encodeHandIn(network, call.call)
  }
}

/** Of exactly this amount: nothing here ever approves more than what is used at once. */
export function encodeApproval({ token }: ChainNetwork, spender: Address, amount: bigint): ChainCall {
  const args = [plainAddress(spender), amount] as const
  return { to: token.address, data: encodeFunctionData({ abi: tokenAbi, functionName: 'approve', args }) }
}

export function encodeStake({ contracts }: ChainNetwork, amount: bigint): ChainCall {
  return { to: contracts.stake, data: encodeFunctionData({ abi: stakeAbi, functionName: 'stake', args: [amount] }) }
}

function partsOf({ signature }: Permit): [v: number, r: Hex, s: Hex] {
  const { r, s, yParity } = parseSignature(signature)
  return [27 + yParity, r, s]
}
