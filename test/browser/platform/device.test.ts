import { expect, test } from 'vitest'
import { describeDevice } from '../../../src/platform/describe-device.ts'
import { createPauseSignals } from '../../../src/platform/pause-signals.ts'
import { createRandom } from '../../../src/platform/random.ts'

test('a real browser is described by its major version, its cores and, coarsely, its GPU', async () => {
  const device = await describeDevice()
  expect(device.browser).toMatch(/^chromium \d+$/)
  expect(device.cores).toBeGreaterThan(0)
  expect(device.gpu === null || typeof device.gpu.vendor === 'string').toBe(true)
})

test('a machine on the mains and on a wire has no reason to pause', () => {
  const signals = createPauseSignals()
  expect(signals.current()).toBeNull()
  signals.stop()
})

test('randomness comes in any length', () => {
  expect(createRandom().bytes(70_000)).toHaveLength(70_000)
})
