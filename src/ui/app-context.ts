import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type {
  AppModel,
  AskModel,
  CalibrateModel,
  CheckModel,
  ContributeModel,
  ModelsModel,
  StakeModel,
  Stores,
} from '../stores/index.ts'
import type { Actions } from './actions.ts'

export interface AppContextValue {
  stores: Stores
  actions: Actions
}

export const AppContext = createContext<AppContextValue | null>(null)

function useAppContext(): AppContextValue {
  const value = useContext(AppContext)
  if (value === null) throw new TypeError('Screens are rendered inside App')
  return value
}

export function useActions(): Actions {
  return useAppContext().actions
}

export function useContribute<T>(select: (model: ContributeModel) => T): T {
  return useStore(useAppContext().stores.contribute, select)
}

export function useAsk<T>(select: (model: AskModel) => T): T {
  return useStore(useAppContext().stores.ask, select)
}

export function useCalibrate<T>(select: (model: CalibrateModel) => T): T {
  return useStore(useAppContext().stores.calibrate, select)
}

export function useCheck<T>(select: (model: CheckModel) => T): T {
  return useStore(useAppContext().stores.check, select)
}

export function useApp<T>(select: (model: AppModel) => T): T {
  return useStore(useAppContext().stores.app, select)
}

export function useModels<T>(select: (model: ModelsModel) => T): T {
  return useStore(useAppContext().stores.models, select)
}

export function useStake<T>(select: (model: StakeModel) => T): T {
  return useStore(useAppContext().stores.stake, select)
}
