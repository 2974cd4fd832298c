import type { CalibrationProgress } from '../participant/calibrate.ts'
import type { ErrorData } from '../protocol/errors.ts'
import type { Calibration } from '../protocol/evidence/calibration.ts'

/** One direction of a comparison: whose answers, checked by whom, and how far apart they were. */
export interface ComparedPair extends Pick<Calibration, 'provider' | 'checker' | 'statistics'> {
  /** Whether this page has limits for the pair, so that verdicts across it are possible. */
  isKnown: boolean
}

/** The comparison of this device with the reference, from one press to its numbers. */
export type CalibrateState =
  | { state: 'idle' }
  /** Engines are loaded and tested first; nothing is compared yet. */
  | { state: 'preparing' }
  | ({ state: 'running' } & CalibrationProgress)
  /** `json`: the signed measurements, as a file. */
  | { state: 'done'; pairs: readonly ComparedPair[]; json: string }
  | { state: 'failed'; error: ErrorData }

export interface CalibrateModel {
  calibration: CalibrateState
}

export type CalibrateInput = { type: 'state'; state: CalibrateState }

export const INITIAL_CALIBRATE: CalibrateModel = { calibration: { state: 'idle' } }

/** What arrives after it was stopped belongs to nobody any more: only a new start leaves `idle`. */
export function foldCalibrate(model: CalibrateModel, { state }: CalibrateInput): CalibrateModel {
  const isLate = model.calibration.state === 'idle' && state.state !== 'preparing'
  return isLate ? model : { calibration: state }
}
