import type { CalibrationStatistics } from '../../src/protocol/evidence/calibration-statistics.ts'

/** What a comparison of a GPU with one processor thread looks like; no measurement. */
export function calibrationStatistics(changes: Partial<CalibrationStatistics> = {}): CalibrationStatistics {
  const quantiles = (p50: number, max: number) => ({ p50, p99: max, p999: max, max })
  return {
    segments: 52,
    committed: 52,
    tokens: 1_488,
    exponentMismatches: quantiles(0, 3),
    mantissaMean: quantiles(0.08, 0.41),
    mantissaMedian: quantiles(0, 0),
    tokenMismatches: quantiles(0, 1),
    notKept: quantiles(0, 0),
    marginP999: 0.002,
    marginMean: quantiles(0, 0.0001),
    ...changes,
  }
}
