import * as v from 'valibot'
import { encodeFunctionData } from 'viem'
import { type Address, AddressSchema, type ChainNetwork } from '../../src/protocol/channel/chain-network.ts'
import { testTokenAbi } from '../../src/wallet/abi/test-token.gen.ts'
import { createChainReader } from '../../src/wallet/chain-reader.ts'
import type { JsonRpc } from '../../src/wallet/json-rpc.ts'
import { plainAddress } from '../../src/wallet/plain-address.ts'
import { balanceQuery, contractQuery } from '../../src/wallet/rpc-query.ts'
import type { CallerLimit } from './caller-limit.ts'
import { type Door, done, readRequest, refusal } from './door.ts'
import { failureOf } from './sponsor.ts'
import type { OutgoingCall, TransactionSender } from './transaction-sender.ts'

const MAX_REQUEST_BYTES = 256

/** Fees of some thousand transactions. */
const GIFT_WEI = 10n ** 18n
/** Whoever has this much of one of them gets no more of it. The token gives 1,000 at a time (`TestToken.DRIP`). */
const ENOUGH_COINS_WEI = 10n * GIFT_WEI
const ENOUGH_TOKENS = 10_000n

const RequestSchema = v.strictObject({ address: AddressSchema })

export interface FaucetOptions {
  network: ChainNetwork
  rpc: JsonRpc
  sender: TransactionSender
  /** By whoever asks, and by the address that is given to. */
  callerLimit: CallerLimit
  addressLimit: CallerLimit
}

/** Gives test money away: a thousand tokens and one coin. It answers once the node has both. */
export function createFaucet({ network, rpc, sender, callerLimit, addressLimit }: FaucetOptions): Door {
  const { token } = network
  const reader = createChainReader(rpc, network)
  const enoughTokens = ENOUGH_TOKENS * 10n ** BigInt(token.decimals)

  async function missingOf(address: Address): Promise<OutgoingCall[]> {
    const [coinsWei, tokens] = await reader.ask([
      balanceQuery(address),
      contractQuery(token.address, testTokenAbi, 'balanceOf', [plainAddress(address)]),
    ])
    const drip = encodeFunctionData({ abi: testTokenAbi, functionName: 'drip', args: [plainAddress(address)] })
    return [
      ...(coinsWei < ENOUGH_COINS_WEI ? [{ to: address, data: '0x', valueWei: GIFT_WEI } as const] : []),
      ...(tokens < enoughTokens ? [{ to: token.address, data: drip }] : []),
    ]
  }

  return {
    maxRequestBytes: MAX_REQUEST_BYTES,
    async answer(request) {
      const reading = readRequest(request)
      if ('refused' in reading) return reading.refused
      const asked = v.safeParse(RequestSchema, reading.json)
      if (!asked.success) return refusal(400, 'faucet/malformed', 'Say {address}.')
      const { address } = asked.output
      try {
        const missing = await missingOf(address)
        if (missing.length === 0) return refusal(422, 'faucet/enough', 'This account has enough test money.')
        if (!callerLimit(request.caller) || !addressLimit(address.toLowerCase())) {
          return refusal(429, 'faucet/too-soon', 'An account gets test money once a minute.')
        }
        // In this order, with numbers that follow each other: where the last one is in a block, so is the first.
        let transaction
        for (const call of missing) transaction = await sender.send(call)
        return done({ transaction })
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}
