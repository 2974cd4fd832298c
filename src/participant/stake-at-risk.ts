import { basePrice } from '../protocol/channel/base-price.ts'
import type { ChainNetwork } from '../protocol/channel/chain-network.ts'
import { outputCharge, type Price, promptCharge } from '../protocol/channel/payment-terms.ts'
import { cellId, isExactPair } from '../protocol/evidence/cell.ts'
import { bytesEqual } from '../protocol/hash.ts'
import type { Bundle, Leg } from '../protocol/receipt/bundle.ts'
import { COMMITTEE_SIZE, quorumOf } from '../protocol/reputation/committee.ts'
import { isPopulated } from '../protocol/selection/exact-cell.ts'
import { ownerOfWallet, type Roster } from '../protocol/selection/roster.ts'
import { WHOLE_TOKEN, weightOf } from '../protocol/selection/stake-weight.ts'
import { backingOf, isActive, type Stakes } from './stakes.ts'

/** Of what is bonded, at most (contracts/src/Limits.sol, `MAX_SLASH_BPS`); what the contracts begin with, too. */
const CONVICTION_TAKES = 10n

export interface RiskView {
  bundle: Bundle
  roster: Roster
  stakes: Stakes
  nowSeconds: number
}

/**
 * What the provider of one leg loses if this one audit finds a cheat, in rewards of its job (protocol.md §5.8). Nothing where a committee could not
 * convict it: without a wallet that stands behind it now, across cells, in a cell that does not judge its own, or where twelve who sit in judgement might
 * have less at stake than they would take.
 */
export function stakeAtRisk({ bundle, roster, stakes, nowSeconds }: RiskView, leg: Leg): number {
  const { cell, providerKey } = leg.accept
  const backing = backingOf(stakes, providerKey)
  if (stakes.state !== 'known' || backing === null || !isActive(backing, nowSeconds)) return 0
  const id = cellId(cell)
  const isOneCell = bundle.legs.every(({ accept }) => cellId(accept.cell) === id)
  if (!isOneCell || !isExactPair(cell, cell) || !isPopulated(roster, id)) return 0
  const taken = backing.bonded / CONVICTION_TAKES
  const judges = roster.filter((entry) => entry.cellId === id && entry.owner !== ownerOfWallet(backing.wallet))
  if (weightOf(taken, stakes.network.token.decimals) >= leastQuorum(judges)) return 0
  const reward = rewardOf(leg, stakes.network)
  return reward === 0n ? 0 : Number(taken) / Number(reward)
}

/** What the twelve with the least at stake have together; strangers do not sit where a chain draws. Millionths of one token. */
function leastQuorum(judges: Roster): number {
  const heaviest = new Map<string, number>()
  for (const { owner, stake } of judges) heaviest.set(owner, Math.max(stake, heaviest.get(owner) ?? 0))
  const stakes = [...heaviest.values()].filter((stake) => stake >= WHOLE_TOKEN).toSorted((a, b) => a - b)
  const quorum = quorumOf(COMMITTEE_SIZE)
  return stakes.length < quorum ? 0 : stakes.slice(0, quorum).reduce((sum, stake) => sum + stake, 0)
}

/** What the job paid, or would have at the base price: what a provider gives away, or sells for less, saves it no less work. */
function rewardOf({ request, segments }: Leg, network: ChainNetwork): bigint {
  const base = basePrice(network)
  const { payment } = request
  const isOfChain = payment.chainId === base.chainId && bytesEqual(payment.channels, base.channels)
  const written = segments.reduce((sum, { ids }) => sum + ids.length, 0)
  const read = request.promptIds.length + request.resumedIds.length
  const costAt = (price: Pick<Price, 'perPromptToken' | 'perToken'>): bigint =>
    promptCharge(price, read) + outputCharge(price, written)
  const atBase = costAt(base)
  const paid = isOfChain ? costAt(payment) : 0n
  return paid > atBase ? paid : atBase
}
