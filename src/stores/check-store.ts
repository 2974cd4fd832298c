import { type CheckInput, type CheckModel, foldCheck, INITIAL_CHECK } from './check-model.ts'
import { createFoldingStore, type FoldingStore } from './folding-store.ts'

export type CheckStore = FoldingStore<CheckModel, CheckInput>

export function createCheckStore(): CheckStore {
  return createFoldingStore(INITIAL_CHECK, foldCheck)
}
