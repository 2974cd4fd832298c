import { describe, expect, test } from 'vitest'
import { createInboundStreams } from '../../../src/network/inbound-streams.ts'
import { STREAM_LIMITS } from '../../../src/network/network-limits.ts'
import { createRateLimiter } from '../../../src/network/rate-limiter.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

describe('the rate limiter', () => {
  function setUp(maxKeys = 10) {
    const clock = createFakeClock()
    return { clock, limiter: createRateLimiter({ burst: 2, intervalMs: 1_000, maxKeys, clock }) }
  }

  test('lets a burst pass, then one per interval, and saves up no more than a burst', () => {
    const { clock, limiter } = setUp()
    const take = () => limiter.take('a')
    expect([take(), take(), take()]).toEqual([true, true, false])
    clock.advance(999)
    expect(take()).toBe(false)
    clock.advance(1)
    expect([take(), take()]).toEqual([true, false])
    clock.advance(60_000)
    expect([take(), take(), take()]).toEqual([true, true, false])
  })

  test('counts each key alone', () => {
    const { limiter } = setUp()
    expect([limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([true, true, true])
  })

  test('forgets the key used longest ago when it has too many', () => {
    const { limiter } = setUp(2)
    for (const key of ['a', 'a', 'b', 'b', 'a']) limiter.take(key)
    limiter.take('c')
    expect([limiter.take('a'), limiter.take('b')]).toEqual([false, true])
  })
})

describe('the count of inbound streams', () => {
  test('admits a few per peer and a number in all, and counts what ended once', () => {
    const { inbound, inboundPerPeer } = STREAM_LIMITS.job
    const jobs = createInboundStreams(STREAM_LIMITS.job)
    const first = Array.from({ length: inboundPerPeer }, () => jobs.admit('a'))
    expect(first).not.toContain(null)
    expect(jobs.admit('a')).toBeNull()
    for (let peer = 0; peer < inbound - inboundPerPeer; peer += 1) {
      expect(jobs.admit(`peer-${peer}`)).not.toBeNull()
    }
    expect(jobs.admit('z')).toBeNull()
    first[0]?.()
    first[0]?.()
    expect([jobs.admit('z') === null, jobs.admit('y')]).toEqual([false, null])
  })
})
