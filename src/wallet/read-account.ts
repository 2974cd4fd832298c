import { encodeEventTopics, pad } from 'viem'
import type { AccountState, SlashState } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { stakeAbi } from './abi/stake.gen.ts'
import { chainError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import { plainAddress } from './plain-address.ts'
import type { LogReader } from './read-logs.ts'
import { balanceQuery, blockQuery, contractQuery } from './rpc-query.ts'
import { tokenAbi } from './token-abi.ts'

/** Slashes that are shown: each takes a tenth of what is left. */
const MAX_SLASHES = 50

const [FROZEN] = encodeEventTopics({ abi: stakeAbi, eventName: 'Frozen' })

/** `IStake.FreezeState`, without its zero, which no event leads to. */
const SLASH_STATES: Record<number, SlashState['state']> = { 1: 'waiting', 2: 'slashed', 3: 'released' }

/** One request for what the chain holds of a wallet, one for its slashes' ids, and one more where there are some. */
export async function readAccount(
  reader: ChainReader,
  logs: LogReader,
  network: ChainNetwork,
  wallet: Address,
): Promise<AccountState> {
  const { stake, channels } = network.contracts
  const token = network.token.address
  const [latest, coinWei, balance, payAllowance, bonded, slashable, locks, rewards] = await reader.ask([
    blockQuery('latest'),
    balanceQuery(wallet),
    contractQuery(token, tokenAbi, 'balanceOf', [wallet]),
    contractQuery(token, tokenAbi, 'allowance', [wallet, plainAddress(channels)]),
    contractQuery(stake, stakeAbi, 'bondedOf', [wallet]),
    contractQuery(stake, stakeAbi, 'slashableOf', [wallet]),
    contractQuery(stake, stakeAbi, 'locksOf', [wallet]),
    contractQuery(stake, stakeAbi, 'rewardOf', [wallet]),
  ])
  if (latest === null) throw chainError('chain/unreachable', { details: { reason: 'no newest block' } })
  const open = locks.filter(({ amount }) => amount > 0n)
  return {
    wallet,
    coinWei,
    balance,
    payAllowance,
    bonded,
    slashable,
    locks: open.map(({ amount, unlockAt }) => ({ amount, unlockAt: Number(unlockAt) })),
    slashes: await readSlashes(reader, logs, stake, wallet, latest.number),
    rewards,
    blockTime: latest.timestamp,
  }
}

async function readSlashes(
  reader: ChainReader,
  logs: LogReader,
  stake: Address,
  wallet: Address,
  latest: number,
): Promise<SlashState[]> {
  const events = await logs.upTo({ addresses: [stake], topics: [FROZEN, null, pad(wallet)] }, latest)
  const ids: HexBytes[] = [...new Set(events.flatMap(({ topics }) => topics[1] ?? []))].slice(-MAX_SLASHES)
  const freezes = await reader.ask(ids.map((id) => contractQuery(stake, stakeAbi, 'freezeOf', [id])))
  return ids.flatMap((id, i) => {
    const freeze = freezes[i]
    const state = freeze === undefined ? undefined : SLASH_STATES[freeze.state]
    if (freeze === undefined || state === undefined) return []
    return [{ id, amount: freeze.amount, state, resolveAt: Number(freeze.resolveAt) }]
  })
}
