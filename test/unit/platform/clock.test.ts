import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock, type TimerWorker } from '../../../src/platform/clock.ts'
import type { TimerRequest, TimerTick } from '../../../src/platform/timer-messages.ts'

/** What the page would see of its timer worker, with the test in the worker's place. */
class TestWorker implements TimerWorker {
  readonly requests: TimerRequest[] = []
  private readonly events = new EventTarget()
  terminated = false

  postMessage(request: TimerRequest): void {
    this.requests.push(request)
  }
  addEventListener(type: string, listener: (event: MessageEvent<TimerTick>) => void): void {
    this.events.addEventListener(type, listener as EventListener)
  }
  terminate(): void {
    this.terminated = true
  }
  tick(id: number): void {
    this.events.dispatchEvent(new MessageEvent<TimerTick>('message', { data: { id } }))
  }
  fail(): void {
    this.events.dispatchEvent(new Event('error'))
  }
}

function noWorker(): TimerWorker {
  throw new TypeError('this page may not start workers')
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a clock over a worker', () => {
  test('starts it at the first timer, and only once', () => {
    const worker = new TestWorker()
    const start = vi.fn<() => TimerWorker>(() => worker)
    const clock = createClock(start)
    expect(start).not.toHaveBeenCalled()
    clock.every(250, () => undefined)
    clock.after(50, () => undefined)
    expect(start).toHaveBeenCalledTimes(1)
    expect(worker.requests).toEqual([
      { type: 'every', id: 1, intervalMs: 250 },
      { type: 'after', id: 2, delayMs: 50 },
    ])
  })

  test('calls back the timer that is due, again and again or once', () => {
    const worker = new TestWorker()
    const clock = createClock(() => worker)
    const [often, once] = [vi.fn<() => void>(), vi.fn<() => void>()]
    clock.every(250, often)
    clock.after(50, once)
    for (const id of [1, 2, 1, 2]) worker.tick(id)
    expect(often).toHaveBeenCalledTimes(2)
    expect(once).toHaveBeenCalledTimes(1)
  })

  test('does not call back a timer that was stopped while its tick was under way', () => {
    const worker = new TestWorker()
    const callback = vi.fn<() => void>()
    const stop = createClock(() => worker).every(250, callback)
    stop()
    stop()
    worker.tick(1)
    expect(callback).not.toHaveBeenCalled()
    expect(worker.requests.at(-1)).toEqual({ type: 'stop', id: 1 })
    expect(worker.requests).toHaveLength(2)
  })

  test('goes on by itself when the worker fails', () => {
    const worker = new TestWorker()
    const callback = vi.fn<() => void>()
    const clock = createClock(() => worker)
    clock.every(250, callback)
    worker.fail()
    worker.fail()
    vi.advanceTimersByTime(1_000)
    expect(callback).toHaveBeenCalledTimes(4)
  })

  test('ends with everything it started', () => {
    const worker = new TestWorker()
    const callback = vi.fn<() => void>()
    const clock = createClock(() => worker)
    clock.every(250, callback)
    clock.stop()
    worker.tick(1)
    expect(worker.terminated).toBe(true)
    expect(callback).not.toHaveBeenCalled()
  })
})

describe('a clock that may not start a worker', () => {
  test('uses the page’s own timers, and stops them', () => {
    const clock = createClock(noWorker)
    const [often, once] = [vi.fn<() => void>(), vi.fn<() => void>()]
    const stop = clock.every(250, often)
    clock.after(600, once)
    vi.advanceTimersByTime(1_000)
    stop()
    clock.stop()
    vi.advanceTimersByTime(1_000)
    expect(often).toHaveBeenCalledTimes(4)
    expect(once).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('tells the time in Unix milliseconds', () => {
    vi.setSystemTime(1_767_225_600_123)
    expect(createClock(noWorker).now()).toBe(1_767_225_600_123)
  })
})
