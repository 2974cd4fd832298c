import type { ChannelState, Finality } from '../participant/ports.ts'
import type { ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { channelsAbi } from './abi/channels.gen.ts'
import type { ChainReader } from './chain-reader.ts'
import { type BlockTag, contractQuery, type Query } from './rpc-query.ts'

/** The block that a level of certainty stands for. */
export const TAG_OF = { seen: 'latest', safe: 'safe', finalized: 'finalized' } as const satisfies Record<
  Finality,
  BlockTag
>

/** Null: there is no such channel, or none yet at that level. */
export async function readChannel(
  reader: ChainReader,
  { contracts }: ChainNetwork,
  channelId: HexBytes,
  finality: Finality,
): Promise<ChannelState | null> {
  const query = contractQuery(contracts.channels, channelsAbi, 'channel', [channelId], TAG_OF[finality])
  const [raw] = await reader.ask([finality === 'seen' ? query : orNullBeforeContract(query)])
  if (raw === null || BigInt(raw.payer) === 0n) return null
  return {
    payer: raw.payer,
    payeeKey: raw.payeeKey,
    authorizedSigner: raw.authorizedSigner,
    deposit: raw.deposit,
    settled: raw.settled,
    closeRequestedAt: Number(raw.closeRequestedAt),
    challengeSeconds: raw.challengeSeconds,
    isClosed: raw.isClosed,
  }
}

/** A young chain has final blocks from before its contracts. */
function orNullBeforeContract<T>(query: Query<T>): Query<T | null> {
  return { ...query, parse: (result) => (result === '0x' ? null : query.parse(result)) }
}
