import { type AskInput, type AskModel, foldAsk, INITIAL_ASK } from './ask-model.ts'
import { createFoldingStore, type FoldingStore } from './folding-store.ts'

export type AskStore = FoldingStore<AskModel, AskInput>

export function createAskStore(): AskStore {
  return createFoldingStore(INITIAL_ASK, foldAsk)
}
