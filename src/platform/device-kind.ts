import type { DeviceKind } from '../protocol/model/model-fit.ts'

/** The parts of `navigator` that are read. */
export interface DeviceKindSources {
  gpu?: { requestAdapter(): Promise<{ features: { has(name: string): boolean } } | null> }
  /** GiB, rounded down to a power of two (https://www.w3.org/TR/device-memory/). Chromium only. */
  deviceMemory?: number
}

/** What would compute here, and how much memory the browser admits to; null where it does not say. */
export async function describeDeviceKind(
  sources: DeviceKindSources = navigator,
): Promise<{ kind: DeviceKind; memoryBytes: number | null }> {
  const memoryBytes = sources.deviceMemory === undefined ? null : sources.deviceMemory * 1024 ** 3
  try {
    const adapter = (await sources.gpu?.requestAdapter()) ?? null
    if (adapter === null) return { kind: 'wasm', memoryBytes }
    return { kind: adapter.features.has('shader-f16') ? 'webgpu-f16' : 'webgpu', memoryBytes }
  } catch {
    return { kind: 'wasm', memoryBytes }
  }
}
