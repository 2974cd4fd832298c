import type { DeviceDescription } from '../../stores/index.ts'
import { inCount } from './amounts.ts'

/** What would compute, as far as the browser says before any test. */
export function gpuInWords(device: DeviceDescription | null): string {
  if (device === null) return 'Not looked at yet.'
  return device.gpu === null
    ? 'No GPU that pages can use; the processor computes.'
    : `GPU: ${device.gpu}, through WebGPU`
}

/** A continuation of the browser's name; empty when the browser does not say. */
export function coresInWords(cores: number): string {
  return cores === 0 ? '' : `, ${inCount(cores, 'core')}`
}
