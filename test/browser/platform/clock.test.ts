import { afterEach, expect, test } from 'vitest'
import { createClock } from '../../../src/platform/clock.ts'
import { startWorker } from '../../../src/start-worker.ts'

const clock = createClock(() => startWorker('timer'))

afterEach(() => {
  clock.stop()
})

test('the real worker calls back again and again, until it is stopped', async () => {
  let calls = 0
  await new Promise<void>((resolve) => {
    const stop = clock.every(10, () => {
      calls += 1
      if (calls < 3) return
      stop()
      resolve()
    })
  })
  // Whatever comes after a timer of 50 ms would have been a fourth call of the one of 10 ms.
  await new Promise<void>((resolve) => {
    clock.after(50, resolve)
  })
  expect(calls).toBe(3)
})

test('a callback that is due once comes once, not before its time', async () => {
  const started = performance.now()
  await new Promise<void>((resolve) => {
    clock.after(30, resolve)
  })
  expect(performance.now() - started).toBeGreaterThanOrEqual(29)
})

test('timers go on in the page where a worker may not start', async () => {
  const own = createClock(() => {
    throw new TypeError('this page may not start workers')
  })
  const called = new Promise<string>((resolve) => {
    own.after(1, () => resolve('called'))
  })
  await expect(called).resolves.toBe('called')
  own.stop()
})
