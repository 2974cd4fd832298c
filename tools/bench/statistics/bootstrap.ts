import { philox4x32 } from '../../../src/protocol/sampling/philox.ts'

/** A value and where it lies with 95 % confidence. */
export interface Interval {
  value: number
  low: number
  high: number
}

export interface BootstrapOptions {
  /** Same seed, same interval. */
  seed: number
  resamples: number
}

const CONFIDENCE = 0.95
const DEFAULTS: BootstrapOptions = { seed: 1, resamples: 2_000 }

/** Linear between the two nearest values; NaN when there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The median, and the percentile bootstrap of it (Efron, "Bootstrap methods", 1979). Null without values. */
export function medianInterval(values: readonly number[], options: Partial<BootstrapOptions> = {}): Interval | null {
  if (values.length === 0) return null
  const { seed, resamples } = { ...DEFAULTS, ...options }
  const medians = Array.from({ length: resamples }, (_, resample) =>
    median(values.map((_value, draw) => values[drawIndex(seed, resample, draw, values.length)] ?? Number.NaN)),
  )
  const tail = (1 - CONFIDENCE) / 2
  return { value: median(values), low: quantile(medians, tail), high: quantile(medians, 1 - tail) }
}

/** Counter-based, so that an interval does not depend on what was drawn before it. */
function drawIndex(seed: number, resample: number, draw: number, count: number): number {
  const [word] = philox4x32([draw, resample, 0, 0], [seed, 0])
  return Math.floor((word / 2 ** 32) * count)
}
