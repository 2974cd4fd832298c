// Written by `npm run calibrate`. Do not edit.
import type { ThresholdTable } from './thresholds.ts'

/** Limits for pairs of cells, as measured; docs/calibration.md says on what. */
export const THRESHOLDS: ThresholdTable = { version: 1, pairs: [] }
