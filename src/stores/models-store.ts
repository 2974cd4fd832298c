import { createFoldingStore, type FoldingStore } from './folding-store.ts'
import { foldModels, INITIAL_MODELS, type ModelsInput, type ModelsModel } from './models-model.ts'

export type ModelsStore = FoldingStore<ModelsModel, ModelsInput>

export function createModelsStore(): ModelsStore {
  return createFoldingStore(INITIAL_MODELS, foldModels)
}
