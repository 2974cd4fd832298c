import { type AppStore, createAppStore } from './app-store.ts'
import { type AskStore, createAskStore } from './ask-store.ts'
import { type CalibrateStore, createCalibrateStore } from './calibrate-store.ts'
import { type CheckStore, createCheckStore } from './check-store.ts'
import { type ContributeStore, createContributeStore } from './contribute-store.ts'
import { createModelsStore, type ModelsStore } from './models-store.ts'
import { createStakeStore, type StakeStore } from './stake-store.ts'

/** Everything the screens read. */
export interface Stores {
  app: AppStore
  ask: AskStore
  calibrate: CalibrateStore
  check: CheckStore
  contribute: ContributeStore
  models: ModelsStore
  stake: StakeStore
}

export function createStores(): Stores {
  return {
    app: createAppStore(),
    ask: createAskStore(),
    calibrate: createCalibrateStore(),
    check: createCheckStore(),
    contribute: createContributeStore(),
    models: createModelsStore(),
    stake: createStakeStore(),
  }
}
