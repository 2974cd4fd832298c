import * as v from 'valibot'

/** Nearest-rank quantiles of what was measured: each is a value that occurred. */
export interface Quantiles {
  p50: number
  p99: number
  p999: number
  max: number
}

/** Quantiles of numbers from 0 to `largest`; out of order they are not quantiles. */
export function quantilesUpTo(largest: number): v.GenericSchema<Quantiles, Quantiles> {
  const value = v.pipe(v.number(), v.minValue(0), v.maxValue(largest))
  return v.pipe(
    v.strictObject({ p50: value, p99: value, p999: value, max: value }),
    v.check(({ p50, p99, p999, max }) => p50 <= p99 && p99 <= p999 && p999 <= max, 'quantiles ascend'),
  )
}

/** All zero where nothing was measured. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = descending(values)
  const at = (perMille: number) => perMilleOf(sorted, values.length, perMille)
  return { p50: at(500), p99: at(990), p999: at(999), max: at(1_000) }
}

export function descending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).toSorted().toReversed()
}

/**
 * The least value that at least `perMille` thousandths of `total` values do not exceed. `sorted` is descending and may hold fewer than
 * `total`: the others are 0, and none is negative.
 */
export function perMilleOf(sorted: Float64Array, total: number, perMille: number): number {
  return sorted[total - Math.ceil((total * perMille) / 1_000)] ?? 0
}
