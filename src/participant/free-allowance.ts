import { bytesToHex } from '../protocol/hash.ts'
import type { Clock } from './ports.ts'

/** Tokens, read and written, that one requester gets for nothing within an hour: a long conversation, not a day's work. */
const CREDITS = 100_000
const PERIOD_MS = 60 * 60 * 1_000

/** Of those who came first is forgotten who came before all others: keys cost nothing to make, and nobody may keep others out with them. */
const MAX_KEYS = 1_024

/** What this device gives for nothing, by requester. */
export interface FreeAllowance {
  /** Whether `tokens` of it are left. */
  has(requesterKey: Uint8Array, tokens: number): boolean
  /** Takes `tokens` of it; false: it is used up, and nothing is taken. */
  take(requesterKey: Uint8Array, tokens: number): boolean
}

export function createFreeAllowance(clock: Pick<Clock, 'now'>): FreeAllowance {
  /** The oldest first. */
  const used = new Map<string, { since: number; tokens: number }>()

  const usedBy = (requesterKey: Uint8Array): number => {
    const now = clock.now()
    for (const [key, { since }] of used) if (since + PERIOD_MS <= now) used.delete(key)
    return used.get(bytesToHex(requesterKey))?.tokens ?? 0
  }
  const has = (requesterKey: Uint8Array, tokens: number): boolean => usedBy(requesterKey) + tokens <= CREDITS

  return {
    has,
    take(requesterKey, tokens) {
      if (!has(requesterKey, tokens)) return false
      const name = bytesToHex(requesterKey)
      const one = used.get(name) ?? { since: clock.now(), tokens: 0 }
      one.tokens += tokens
      used.set(name, one)
      const [oldest] = used.keys()
      if (used.size > MAX_KEYS && oldest !== undefined) used.delete(oldest)
      return true
    },
  }
}
