import { type ContributeInput, type ContributeModel, foldContribute, INITIAL_CONTRIBUTE } from './contribute-model.ts'
import { createFoldingStore, type FoldingStore } from './folding-store.ts'

export type ContributeStore = FoldingStore<ContributeModel, ContributeInput>

export function createContributeStore(): ContributeStore {
  return createFoldingStore(INITIAL_CONTRIBUTE, foldContribute)
}
