import { basePrice } from '../../src/protocol/channel/base-price.ts'
import { outputCharge, promptCharge } from '../../src/protocol/channel/payment-terms.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import { MEMORY_NETWORK } from '../doubles/memory-chain.ts'
import type { Role } from './paid-page.ts'
import type { Crossed } from './wire-watch.ts'

const PRICE = basePrice(MEMORY_NETWORK)

export const costOf = (read: number, written: number): bigint =>
  promptCharge(PRICE, read) + outputCharge(PRICE, written)

/** What a segment costs: the unit of losses. */
export const SEGMENT_COST = costOf(0, SEGMENT_TOKENS)

/** What is known of one job after one of its pages was killed and its browser was started again. */
export interface KillFacts {
  killed: Role
  promptTokens: number
  /** Promised, and held, when the job began. */
  before: bigint
  /** What left either side. */
  crossed: Crossed
  /** The highest amount of which the killed page's book has said that it is kept. */
  kept: bigint
  /** Tokens of segments that the requester has read and found good. */
  receivedTokens: number
  /** By the highest voucher in the provider's book, and by the requester's, afterwards. */
  held: bigint
  promised: bigint
}

export interface KillVerdict {
  /** Amounts that the killed page had acknowledged, to its other side or to itself, and how many of them are gone. */
  acknowledged: number
  acknowledgedLost: number
  loss: Record<Role, bigint>
  /** Of the segments under way nothing was charged or promised yet: tokens that were shown and are neither. */
  shownUnpaid: number
  violations: string[]
}

export function judgeKill(facts: KillFacts): KillVerdict {
  const { killed, promptTokens, before, crossed, kept, receivedTokens, held, promised } = facts
  const remembered = killed === 'provider' ? held : promised
  const acknowledged = [...new Set([...acknowledgedBy(facts), ...(kept > before ? [kept] : [])])]
  const lost = acknowledged.filter((amount) => amount > remembered)
  const prompt = costOf(promptTokens, 0)
  const charged = sum(crossed.segments)
  const isRead = crossed.shown > 0 || charged > 0
  const owed = (isRead ? prompt : 0n) + costOf(0, charged)
  // A prompt that was read for an answer of which something arrived was not paid for nothing.
  const received = (receivedTokens > 0 ? prompt : 0n) + costOf(0, receivedTokens)
  const loss = { provider: positive(owed - (held - before)), requester: positive(promised - before - received) }
  const paidTokens = Number((positive(held - before - prompt) * BigInt(SEGMENT_TOKENS)) / SEGMENT_COST)
  const bound = prompt + SEGMENT_COST
  const violations = [
    ...lost.map((amount) => `the ${killed} had acknowledged ${amount} and knows of ${remembered}`),
    ...(['provider', 'requester'] as const)
      .filter((role) => loss[role] > bound)
      .map((role) => `the ${role} loses ${loss[role]}, which is more than ${bound}`),
    ...(held > promised ? [`${held} is held and ${promised} is promised`] : []),
  ]
  return {
    acknowledged: acknowledged.length,
    acknowledgedLost: lost.length,
    loss,
    shownUnpaid: Math.max(0, crossed.shown - paidTokens),
    violations,
  }
}

/** A provider acknowledges a voucher by what it sends next, a requester a promise by the voucher that it sends. */
function acknowledgedBy({ killed, promptTokens, before, crossed }: KillFacts): bigint[] {
  if (killed === 'requester') return crossed.vouchers
  const upTo = (segments: number): bigint => before + costOf(promptTokens, sum(crossed.segments.slice(0, segments)))
  if (crossed.shown === 0 && crossed.segments.length === 0) return []
  const paid = crossed.hasReceipt ? crossed.segments.length : Math.max(0, crossed.segments.length - 1)
  return Array.from({ length: paid + 1 }, (_, segments) => upTo(segments))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n
}
