import { type AppInput, type AppModel, foldApp, INITIAL_APP } from './app-model.ts'
import { createFoldingStore, type FoldingStore } from './folding-store.ts'

export type AppStore = FoldingStore<AppModel, AppInput>

export function createAppStore(): AppStore {
  return createFoldingStore(INITIAL_APP, foldApp)
}
