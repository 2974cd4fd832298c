import type { Address } from '../protocol/channel/chain-network.ts'
import { presetOf } from './chain-presets.ts'
import type { ChainReader } from './chain-reader.ts'
import { contractQuery, gasPriceQuery, orNull } from './rpc-query.ts'

/** contracts/snapshots/locus.json: one settlement costs 82 k gas, ten cost 436 k; rounded up, for a first payout writes new storage. */
const SETTLE_GAS = 50_000n
const SETTLE_GAS_PER_CHANNEL = 45_000n

/** Calldata of one settlement: two words, offsets, 84 bytes of signer, 64 of signature, each with its length and padding. */
const SETTLE_BYTES = 220n
const SETTLE_BYTES_PER_CHANNEL = 384n

/** https://specs.optimism.io/protocol/fjord/predeploys.html#gaspriceoracle: what a rollup asks for the bytes that it keeps elsewhere. */
const l1FeeAbi = [
  {
    type: 'function',
    name: 'getL1FeeUpperBound',
    stateMutability: 'view',
    inputs: [{ name: 'unsignedTxSize', type: 'uint256' }],
    outputs: [{ name: 'fee', type: 'uint256' }],
  },
] as const

/** What settling so many channels in one transaction would cost now, in wei. */
export async function settleCostWei(reader: ChainReader, chainId: number, channels: number): Promise<bigint> {
  const count = BigInt(Math.max(0, Math.ceil(channels)))
  const gas = SETTLE_GAS + SETTLE_GAS_PER_CHANNEL * count
  const oracle: Address | undefined = presetOf(chainId)?.l1FeeOracle
  if (oracle === undefined) {
    const [gasPriceWei] = await reader.ask([gasPriceQuery()])
    return gas * gasPriceWei
  }
  const bytes = SETTLE_BYTES + SETTLE_BYTES_PER_CHANNEL * count
  const [gasPriceWei, l1FeeWei] = await reader.ask([
    gasPriceQuery(),
    orNull(contractQuery(oracle, l1FeeAbi, 'getL1FeeUpperBound', [bytes])),
  ])
  return gas * gasPriceWei + (l1FeeWei ?? 0n)
}
