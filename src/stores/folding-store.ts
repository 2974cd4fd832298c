import { createStore, type StoreApi } from 'zustand/vanilla'

/** A store that changes only by folding inputs, so that what a screen shows is a function of what happened. */
export type FoldingStore<Model, Input> = StoreApi<Model> & { apply(input: Input): void }

export function createFoldingStore<Model, Input>(
  initial: Model,
  fold: (model: Model, input: Input) => Model,
): FoldingStore<Model, Input> {
  const store = createStore<Model>(() => initial)
  return Object.assign(store, {
    apply: (input: Input) => store.setState(fold(store.getState(), input), true),
  })
}
