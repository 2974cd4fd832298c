import { bytesToHex } from '../protocol/hash.ts'
import type { Clock } from './ports.ts'

/** Tokens, read and written, that one requester gets for nothing within an hour: a long conversation, not a day's work. */
const CREDITS = 100_000
const PERIOD_MS = 60 * 60 * 1_000

/** Keys cost nothing to make, so this keeps order among the honest; what bounds the others is that places for streams are few. */
const MAX_KEYS = 1_024

/** What this device gives for nothing, by requester. */
export interface FreeAllowance {
  /** Takes `tokens` of it; false: it is used up, and nothing is taken. */
  take(requesterKey: Uint8Array, tokens: number): boolean
}

export function createFreeAllowance(clock: Pick<Clock, 'now'>): FreeAllowance {
  const used = new Map<string, { since: number; tokens: number }>()
  return {
    take(requesterKey, tokens) {
      const now = clock.now()
      for (const [key, { since }] of used) if (since + PERIOD_MS <= now) used.delete(key)
      const name = bytesToHex(requesterKey)
      const one = used.get(name) ?? { since: now, tokens: 0 }
      if (one.tokens + tokens > CREDITS || (used.size >= MAX_KEYS && !used.has(name))) return false
      one.tokens += tokens
      used.set(name, one)
      return true
    },
  }
}
