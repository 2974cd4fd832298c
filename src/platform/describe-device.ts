/** What this device is, as coarsely as the page needs it: on the wire it would be a fingerprint, so it stays here. */
export interface DeviceDescription {
  /** Null: no WebGPU, or no adapter. */
  gpu: { vendor: string; architecture: string } | null
  /** For example `chromium 156`; `unknown` where neither brand nor user agent says. */
  browser: string
  /** Logical cores, as far as the browser tells. */
  cores: number
}

interface BrandList {
  brands: readonly { brand: string; version: string }[]
}

/** The parts of `navigator` that are read. */
export interface DeviceSources {
  gpu?: { requestAdapter(): Promise<{ info: { vendor: string; architecture: string } } | null> }
  userAgent: string
  userAgentData?: BrandList
  hardwareConcurrency?: number
}

export async function describeDevice(sources: DeviceSources = navigator): Promise<DeviceDescription> {
  return {
    gpu: await describeGpu(sources),
    browser: browserName(sources),
    cores: sources.hardwareConcurrency ?? 1,
  }
}

async function describeGpu({ gpu }: DeviceSources): Promise<DeviceDescription['gpu']> {
  try {
    const adapter = (await gpu?.requestAdapter()) ?? null
    return adapter === null ? null : { vendor: adapter.info.vendor, architecture: adapter.info.architecture }
  } catch {
    return null
  }
}

function browserName({ userAgent, userAgentData }: DeviceSources): string {
  const chromium = userAgentData?.brands.find(({ brand }) => brand === 'Chromium')
  if (chromium !== undefined) return `chromium ${chromium.version}`
  // In this order: Chromium's user agent also names Safari.
  const patterns: [string, RegExp][] = [
    ['firefox', /Firefox\/(\d+)/],
    ['chromium', /Chrom(?:e|ium)\/(\d+)/],
    ['safari', /Version\/(\d+).*Safari\//],
  ]
  for (const [name, pattern] of patterns) {
    const major = pattern.exec(userAgent)?.[1]
    if (major !== undefined) return `${name} ${major}`
  }
  return 'unknown'
}
