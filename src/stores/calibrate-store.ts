import { type CalibrateInput, type CalibrateModel, foldCalibrate, INITIAL_CALIBRATE } from './calibrate-model.ts'
import { createFoldingStore, type FoldingStore } from './folding-store.ts'

export type CalibrateStore = FoldingStore<CalibrateModel, CalibrateInput>

export function createCalibrateStore(): CalibrateStore {
  return createFoldingStore(INITIAL_CALIBRATE, foldCalibrate)
}
