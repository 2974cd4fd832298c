import type { Clock } from '../participant/ports.ts'

export interface RateLimiterOptions {
  /** How many may pass at once. */
  burst: number
  /** One more may pass after each such time. */
  intervalMs: number
  /** Keys remembered; the one used longest ago is forgotten first, as if it had been quiet. */
  maxKeys: number
  clock: Pick<Clock, 'now'>
}

export interface RateLimiter {
  /** Whether one more of `key` may pass now; if so, it is counted. */
  take(key: string): boolean
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** One token bucket per key. */
export function createRateLimiter({ burst, intervalMs, maxKeys, clock }: RateLimiterOptions): RateLimiter {
  const buckets = new Map<string, Bucket>()

  function refill(bucket: Bucket, now: number): void {
    const earned = Math.floor((now - bucket.filledAt) / intervalMs)
    if (earned <= 0) return
    bucket.tokens = Math.min(burst, bucket.tokens + earned)
    bucket.filledAt += earned * intervalMs
  }

  return {
    take(key) {
      const now = clock.now()
      const bucket = buckets.get(key) ?? { tokens: burst, filledAt: now }
      refill(bucket, now)
      // A Map keeps insertion order: what is set again moves to the young end.
      buckets.delete(key)
      buckets.set(key, bucket)
      const oldest = buckets.keys().next()
      if (buckets.size > maxKeys && oldest.done === false) buckets.delete(oldest.value)
      if (bucket.tokens === 0) return false
      bucket.tokens -= 1
      return true
    },
  }
}
