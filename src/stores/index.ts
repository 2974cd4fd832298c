export type {
  AskEvent,
  AskState,
  BundleCheckState,
  ContributeState,
  ContributeTotals,
  Locus,
  LocusLeg,
  RejectedAttempt,
} from '../participant/events.ts'
export type {
  ConnectionInfo,
  EngineInfo,
  ModelStatus,
  NetworkStatus,
  SelfTestReport,
  SelfTestStep,
} from '../participant/ports.ts'
export type { AppInput, AppModel, Notice, NoticeKind } from './app-model.ts'
export { type AppStore, createAppStore } from './app-store.ts'
export { type Answer, type AskInput, type AskModel, type AskSettings, isEnded } from './ask-model.ts'
export { type AskStore, createAskStore } from './ask-store.ts'
export type { CheckInput, CheckModel, ImportedCheck } from './check-model.ts'
export { type CheckStore, createCheckStore } from './check-store.ts'
export type { ContributeInput, ContributeModel, DeviceDescription, ModelOnDevice } from './contribute-model.ts'
export { type ContributeStore, createContributeStore } from './contribute-store.ts'
export { type ChainLink, locusChain, type SegmentMark, segmentsSoFar } from './locus-chain.ts'
export type { Stores } from './stores.ts'
export { createStores } from './stores.ts'
