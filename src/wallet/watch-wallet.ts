import { encodeEventTopics, pad } from 'viem'
import type { Clock, Unsubscribe } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { channelsAbi } from './abi/channels.gen.ts'
import type { ChainReader } from './chain-reader.ts'
import type { LogReader } from './read-logs.ts'
import { balanceQuery, blockQuery, type LogFilter, logsQuery } from './rpc-query.ts'
import type { Block } from './rpc-values.ts'

const POLL_MS = 2_000

/** Events that name only their channel are asked for by so many ids; who has more open channels learns of the others by the money that moves. */
const MAX_CHANNELS = 100

const [OPENED] = encodeEventTopics({ abi: channelsAbi, eventName: 'ChannelOpened' })

/**
 * Calls back after every block in which an event names the wallet or one of its channels, or its coin balance moved, and after every
 * reorganisation. A node that refuses to search counts as a change: better read once too often.
 */
export function watchWallet(
  reader: ChainReader,
  logs: LogReader,
  clock: Pick<Clock, 'after'>,
  network: ChainNetwork,
  wallet: Address,
  listener: () => void,
): Unsubscribe {
  const stopped = new AbortController()
  const addresses = [network.token.address, network.contracts.stake, network.contracts.channels]
  addresses.push(network.contracts.sessionRegistry, network.contracts.receipts)
  const opened: LogFilter = { addresses: [network.contracts.channels], topics: [OPENED, null, pad(wallet)] }
  const channelIds = new Set<HexBytes>()
  let stopTimer: Unsubscribe = () => undefined
  let last: { block: Block; coinWei: bigint } | null = null

  function filters(): LogFilter[] {
    const topic = pad(wallet)
    const byWallet = [
      [null, topic],
      [null, null, topic],
      [null, null, null, topic],
    ].map((topics) => ({ addresses, topics }))
    if (channelIds.size === 0) return byWallet
    const ids = [...channelIds].slice(-MAX_CHANNELS)
    return [...byWallet, { addresses: [network.contracts.channels], topics: [null, ids] }]
  }

  async function learnChannels(latest: number): Promise<void> {
    for (const { topics } of await logs.upTo(opened, latest, stopped.signal)) {
      if (topics[1] !== undefined) channelIds.add(topics[1])
    }
  }

  async function hasEvents(from: number, to: number): Promise<boolean> {
    const found = await reader.ask(
      filters().map((filter) => logsQuery(filter, from, to)),
      stopped.signal,
    )
    return found.some((some) => some.length > 0)
  }

  async function look(): Promise<void> {
    const before = last
    const [latest, coinWei, sameHeight] = await reader.ask(
      [blockQuery('latest'), balanceQuery(wallet), blockQuery(before?.block.number ?? 'latest')],
      stopped.signal,
    )
    if (latest === null) return
    last = { block: latest, coinWei }
    if (before === null) return learnChannels(latest.number)
    if (latest.hash === before.block.hash) return
    const isReorganised = sameHeight?.hash !== before.block.hash
    const isChanged =
      isReorganised ||
      coinWei !== before.coinWei ||
      (await hasEvents(before.block.number + 1, latest.number).catch(() => true))
    if (!isChanged || stopped.signal.aborted) return
    listener()
    await learnChannels(latest.number)
  }

  function lookAndGoOn(): void {
    look()
      .catch(() => undefined)
      .finally(() => {
        if (!stopped.signal.aborted) stopTimer = clock.after(POLL_MS, lookAndGoOn)
      })
      .catch(() => undefined)
  }
  lookAndGoOn()

  return () => {
    stopped.abort()
    stopTimer()
  }
}
