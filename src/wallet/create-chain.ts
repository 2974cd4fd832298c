import type { Chain, Clock } from '../participant/ports.ts'
import type { ChainNetwork } from '../protocol/channel/chain-network.ts'
import { keyIdOf, signerOf } from '../protocol/channel/delegation.ts'
import { CodedError } from '../protocol/errors.ts'
import { chainError } from './chain-errors.ts'
import { createChainReader } from './chain-reader.ts'
import { encodeHandIn } from './encode-call.ts'
import { createJsonRpc } from './json-rpc.ts'
import { plainAddress } from './plain-address.ts'
import { readAccount } from './read-account.ts'
import { readBackings } from './read-backings.ts'
import { readChannel } from './read-channel.ts'
import { createLogReader } from './read-logs.ts'
import { readSession, readSessionsOf } from './read-sessions.ts'
import { revertError } from './revert-reason.ts'
import { blockQuery } from './rpc-query.ts'
import { sendToSponsor } from './send-to-sponsor.ts'
import { settleCostWei } from './settle-cost.ts'
import { simulateCall } from './simulate-call.ts'
import { waitForReceipt } from './wait-for-receipt.ts'
import { watchTransaction } from './watch-transaction.ts'
import { watchWallet } from './watch-wallet.ts'

export interface ChainOptions {
  network: ChainNetwork
  /** Absolute. */
  rpcUrl: string
  /** Absolute. Null: nobody hands in for us. */
  sponsorUrl: string | null
  clock: Pick<Clock, 'now' | 'after'>
  fetch?: typeof globalThis.fetch
}

/**
 * The chain port over Ethereum JSON-RPC. The node is believed as far as one can be: it can be silent, late or lie about what it has, so nothing
 * here moves money. What is handed in is signed before, and a sponsor can only refuse it.
 */
export function createChain(options: ChainOptions): Chain {
  const { network, sponsorUrl, clock, fetch = globalThis.fetch } = options
  const rpc = createJsonRpc({ url: options.rpcUrl, clock, fetch })
  const reader = createChainReader(rpc, network)
  const logs = createLogReader(reader)

  return {
    network,
    isSponsored: sponsorUrl !== null,
    session: async (publicKey) =>
      readSession(reader, network, keyIdOf(signerOf(publicKey, network.contracts.p256Verifier))),
    sessionById: (keyId) => readSession(reader, network, keyId),
    sessionsOf: (wallet) => readSessionsOf(reader, logs, network, plainAddress(wallet)),
    backings: (publicKeys, signal) => readBackings(reader, network, publicKeys, signal),
    channel: (channelId, finality = 'seen') => readChannel(reader, network, channelId, finality),
    account: async (wallet) => ({ ...(await readAccount(reader, logs, network, plainAddress(wallet))), wallet }),
    settleCostWei: (channels) => settleCostWei(reader, network.chainId, channels),
    async blockNumber() {
      const [latest] = await reader.ask([blockQuery('latest')])
      if (latest === null) throw chainError('chain/unreachable', { details: { reason: 'no newest block' } })
      // A node that simulates in its newest block would call that one the future.
      return Math.max(0, latest.number - 1)
    },
    async blockTime() {
      const [latest] = await reader.ask([blockQuery('latest')])
      if (latest === null) throw chainError('chain/unreachable', { details: { reason: 'no newest block' } })
      return latest.timestamp
    },
    async handIn(call, signal) {
      if (sponsorUrl === null) throw chainError('chain/no-sponsor')
      const encoded = encodeHandIn(network, call)
      try {
        const transaction = await sendToSponsor(encoded, { url: sponsorUrl, clock, fetch }, signal)
        await waitForReceipt(transaction, encoded, { reader, rpc, clock, from: null }, signal)
        return { transaction }
      } catch (error) {
        if (!CodedError.is(error, 'chain/sponsor-refused')) throw error
        // A sponsor does not pay for what fails, and its own words are a stranger's: the contract says why.
        const reverted = await simulateCall(rpc, encoded, null, signal).catch(() => null)
        throw reverted === null ? error : revertError(reverted, error)
      }
    },
    watch: (transaction, listener) => watchTransaction(reader, clock, transaction, listener),
    onChange: (wallet, listener) => watchWallet(reader, logs, clock, network, plainAddress(wallet), listener),
  }
}
