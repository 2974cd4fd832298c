import { describe, expect, it } from 'vitest'
import { clocksOf, createTokenClock } from '../../../../../tools/bench/arms/token-clock.ts'

/** A clock that the test moves. */
function testClock() {
  let atMs = 0
  return { now: () => atMs, pass: (ms: number) => (atMs += ms) }
}

describe('a token clock', () => {
  it('notes when tokens come, several at once and one for another', () => {
    const { now, pass } = testClock()
    const clock = createTokenClock(now, null)
    pass(10)
    clock.arrived([1, 2], 0)
    pass(5)
    clock.arrived([7], 1)
    expect(clock.finished()).toEqual({ ids: [1, 7], arrivalsMs: [10, 15], cpu: null })
  })

  it('charges the tokens after the first ones, stands still while it reads, and charges no reading', () => {
    const { now, pass } = testClock()
    let spentMs = 1_000
    const clock = createTokenClock(now, () => {
      pass(100)
      spentMs += 3
      return { workersMs: spentMs, processMs: 2 * spentMs }
    })
    clock.arrived([1, 2], 0)
    pass(5)
    spentMs += 30
    clock.arrived([3], 2)
    expect(clock.finished()).toEqual({
      ids: [1, 2, 3],
      arrivalsMs: [0, 0, 5],
      cpu: { tokens: 1, workersMs: 30, processMs: 60 },
    })
  })

  it('says nothing where nobody can read, or of an answer without tokens', () => {
    const unknown = createTokenClock(
      () => 0,
      () => null,
    )
    unknown.arrived([1], 0)
    expect(unknown.finished().cpu).toBeNull()
    expect(
      createTokenClock(
        () => 0,
        () => ({ workersMs: 1, processMs: 1 }),
      ).finished().cpu,
    ).toBeNull()
  })

  it('does not read while other answers of the turn are under way', () => {
    const newClock = clocksOf(['one', 'another'], () => ({ workersMs: 1, processMs: 1 }))
    const clock = newClock()
    clock.arrived([1], 0)
    expect(clock.finished().cpu).toBeNull()
  })
})
