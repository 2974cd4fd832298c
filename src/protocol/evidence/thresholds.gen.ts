import type { CellClass } from './cell-class.ts'
import type { Thresholds, ThresholdTable } from './thresholds.ts'

// Written by `npm run calibrate`. Do not edit.

const CELLS = [
  {
    modelRoot: '831417a7a2a02ed04a6306dc6e428bc8c1dca6b05283bb836256ded0f08ba8c3',
    provider: 'wasm',
    precision: 'q4-f32',
    vendor: '',
    architecture: '',
    browser: '',
    ortVersion: '1.30.0',
    threads: 1,
    transformVersion: 2,
  },
  {
    modelRoot: '831417a7a2a02ed04a6306dc6e428bc8c1dca6b05283bb836256ded0f08ba8c3',
    provider: 'wasm',
    precision: 'q4',
    vendor: '',
    architecture: '',
    browser: '',
    ortVersion: '1.30.0',
    threads: 1,
    transformVersion: 2,
  },
] as const satisfies CellClass[]

const LIMITS = [
  {
    exponentMismatches: 8,
    mantissaMean: 0.25,
    mantissaMedian: 1,
    tokenMismatches: 4,
    notKept: 1,
    marginMean: 0.00390625,
    marginClip: 0.0625,
  },
] as const satisfies Thresholds[]

/** Limits for pairs of cells, as measured; docs/calibration.md says on what. */
export const THRESHOLDS: ThresholdTable = {
  version: 1,
  pairs: [
    { provider: CELLS[0], checker: CELLS[0], segments: 728, thresholds: LIMITS[0] },
    { provider: CELLS[0], checker: CELLS[1], segments: 728, thresholds: LIMITS[0] },
    { provider: CELLS[1], checker: CELLS[0], segments: 728, thresholds: LIMITS[0] },
    { provider: CELLS[1], checker: CELLS[1], segments: 728, thresholds: LIMITS[0] },
  ],
}
