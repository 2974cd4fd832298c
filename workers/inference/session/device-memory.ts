import type { DeviceMemory } from './memory-budget.ts'

/** The part of a worker's `navigator` that says something of memory; only Chromium has all of it. */
export interface MemoryFacts {
  userAgent: string
  deviceMemory?: number
  userAgentData?: { mobile: boolean }
}

/** What the browser tells of this device, coarse as it is. */
export function readDeviceMemory(navigator: MemoryFacts): Pick<DeviceMemory, 'isPhone' | 'deviceGib'> {
  const { userAgent, deviceMemory, userAgentData } = navigator
  const isPhone = userAgentData?.mobile ?? /Mobi|Android|iPhone|iPad/.test(userAgent)
  return { isPhone, deviceGib: deviceMemory ?? null }
}
