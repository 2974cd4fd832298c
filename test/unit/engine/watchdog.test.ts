import { describe, expect, it } from 'vitest'
import { createWatchdog } from '../../../src/engine/watchdog.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

function watched() {
  const clock = createFakeClock()
  let hangs = 0
  const watchdog = createWatchdog(clock, () => {
    hangs += 1
  })
  return { clock, watchdog, hangs: () => hangs }
}

describe('the watchdog', () => {
  it('notices a worker that has been silent for ten seconds while steps are expected, once', () => {
    const { clock, watchdog, hangs } = watched()
    watchdog.expect('steps')
    clock.advance(9_999)
    expect(hangs()).toBe(0)
    clock.advance(1)
    expect(hangs()).toBe(1)
    clock.advance(60_000)
    expect([hangs(), clock.pending]).toEqual([1, 0])
  })

  it('counts silence from the last word', () => {
    const { clock, watchdog, hangs } = watched()
    watchdog.expect('steps')
    clock.advance(8_000)
    watchdog.heard()
    clock.advance(9_999)
    expect(hangs()).toBe(0)
    clock.advance(60_000)
    expect(hangs()).toBe(1)
  })

  it('expects nothing of a worker that has nothing to do, and counts anew when it has', () => {
    const { clock, watchdog, hangs } = watched()
    watchdog.expect('steps')
    clock.advance(9_000)
    watchdog.expect('nothing')
    expect(clock.pending).toBe(0)
    clock.advance(60_000)
    watchdog.expect('steps')
    clock.advance(9_999)
    expect(hangs()).toBe(0)
  })

  it('lets a load be silent for as long as it is told', () => {
    const { clock, watchdog, hangs } = watched()
    watchdog.expect({ silenceMs: 300_000 })
    clock.advance(299_999)
    expect(hangs()).toBe(0)
    clock.advance(1)
    expect(hangs()).toBe(1)
  })

  it('has four times the patience of the longest run it knows of, measured or told, and two minutes at most', () => {
    const { clock, watchdog, hangs } = watched()
    watchdog.setPace(5_000)
    expect(watchdog.patienceMs).toBe(20_000)
    watchdog.expect('steps')
    clock.advance(15_000)
    watchdog.heard()
    expect(watchdog.patienceMs).toBe(60_000)
    clock.advance(59_999)
    expect(hangs()).toBe(0)
    watchdog.setPace(Number.POSITIVE_INFINITY)
    expect(watchdog.patienceMs).toBe(120_000)
    watchdog.setPace(Number.NaN)
    expect(watchdog.patienceMs).toBe(120_000)
  })

  it('does not blame the worker for the sleep of the whole device', () => {
    const clock = createFakeClock()
    let sleptMs = 0
    const late = { now: () => clock.now() + sleptMs, after: clock.after }
    let hangs = 0
    const watchdog = createWatchdog(late, () => {
      hangs += 1
    })
    watchdog.expect('steps')
    sleptMs = 3_600_000
    clock.advance(10_000)
    expect(hangs).toBe(0)
    clock.advance(10_000)
    expect(hangs).toBe(1)
  })
})
