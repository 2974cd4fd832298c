import { short } from '../plot/svg-frame.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { ArmSummary } from '../statistics/compare-arms.ts'
import type { SectionSettings } from './section.ts'

export function placeName({ provider, realGpu }: Pick<SectionSettings, 'provider' | 'realGpu'>): string {
  if (provider === 'wasm') return 'WASM, one thread'
  return realGpu ? 'WebGPU' : 'WebGPU in software'
}

/** `4.01 (3.59 to 4.89)` */
export function spread(interval: Interval | null): string {
  if (interval === null) return '–'
  return `${short(interval.value)} (${short(interval.low)} to ${short(interval.high)})`
}

export function times(interval: Interval | null): string {
  return interval === null ? '–' : `${short(interval.value)} × (${short(interval.low)} to ${short(interval.high)})`
}

export function number(value: number | null): string {
  return value === null ? '–' : short(value)
}

/** `12`, or `11, 1 void`. */
export function blocksOf({ blocks, voidBlocks }: ArmSummary): string {
  return voidBlocks === 0 ? String(blocks) : `${blocks}, ${voidBlocks} void`
}
