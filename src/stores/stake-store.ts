import { createFoldingStore, type FoldingStore } from './folding-store.ts'
import { foldStake, INITIAL_STAKE, type StakeInput, type StakeModel } from './stake-model.ts'

export type StakeStore = FoldingStore<StakeModel, StakeInput>

export function createStakeStore(): StakeStore {
  return createFoldingStore(INITIAL_STAKE, foldStake)
}
