import { expect, test, vi } from 'vitest'
import { createPauseSignals, type PauseReason } from '../../../src/platform/pause-signals.ts'

class Battery extends EventTarget {
  charging = true
  level = 1
}

class Connection extends EventTarget {
  saveData = false
  type = 'wifi'
}

async function watch(battery: Battery, connection: Connection) {
  const signals = createPauseSignals({ getBattery: async () => battery, connection })
  const heard = vi.fn<(reason: PauseReason | null) => void>()
  const unsubscribe = signals.onChange(heard)
  await Promise.resolve()
  return { signals, heard, unsubscribe }
}

test('a device that tells nothing may compute', () => {
  expect(createPauseSignals({}).current()).toBeNull()
})

test('a low battery pauses until the device is charging', async () => {
  const battery = new Battery()
  const { signals, heard } = await watch(battery, new Connection())
  battery.charging = false
  battery.level = 0.19
  battery.dispatchEvent(new Event('levelchange'))
  expect(signals.current()).toMatchObject({
    kind: 'battery',
    reason: 'Paused: the battery is at 19 % and not charging.',
  })
  battery.charging = true
  battery.dispatchEvent(new Event('chargingchange'))
  expect(heard.mock.calls.map(([reason]) => reason?.kind ?? null)).toEqual(['battery', null])
})

test('a battery that was low from the start is reported as soon as it is known', async () => {
  const battery = Object.assign(new Battery(), { charging: false, level: 0.05 })
  const { heard } = await watch(battery, new Connection())
  expect(heard).toHaveBeenCalledWith(expect.objectContaining({ kind: 'battery' }))
})

test('a battery at one fifth is not yet low', async () => {
  const battery = Object.assign(new Battery(), { charging: false, level: 0.2 })
  expect((await watch(battery, new Connection())).signals.current()).toBeNull()
})

test.each([{ saveData: true }, { type: 'cellular' }])('a connection with %o pauses', async (change) => {
  const connection = new Connection()
  const { signals, heard } = await watch(new Battery(), connection)
  Object.assign(connection, change)
  connection.dispatchEvent(new Event('change'))
  expect(signals.current()?.kind).toBe('metered')
  expect(heard).toHaveBeenCalledTimes(1)
})

test('a change that leaves the reason the same is not told twice', async () => {
  const battery = Object.assign(new Battery(), { charging: false, level: 0.1 })
  const { heard } = await watch(battery, new Connection())
  battery.level = 0.09
  battery.dispatchEvent(new Event('levelchange'))
  expect(heard).toHaveBeenCalledTimes(1)
})

test('nobody is told after the end', async () => {
  const connection = new Connection()
  const { signals, heard, unsubscribe } = await watch(new Battery(), connection)
  unsubscribe()
  unsubscribe()
  signals.stop()
  connection.saveData = true
  connection.dispatchEvent(new Event('change'))
  expect(heard).not.toHaveBeenCalled()
})

test('a browser that forbids the battery is no reason to fail', async () => {
  const signals = createPauseSignals({ getBattery: () => Promise.reject(new DOMException('no', 'NotAllowedError')) })
  await Promise.resolve()
  expect(signals.current()).toBeNull()
})
