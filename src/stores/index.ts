/** What screens and the composition root see of the stores, and the participant's types that pass through them. */
export type {
  AskState,
  BundleCheckState,
  ContributeState,
  Locus,
  LocusAudit,
  LocusLeg,
  LocusVerifier,
  RejectedAttempt,
} from '../participant/events.ts'
export type { AnswerPayment, EarningChannel, Earnings, TokenPrice } from '../participant/money-events.ts'
export type { AccountState, SlashState, WalletChoice } from '../participant/money-ports.ts'
export type {
  ConnectionInfo,
  DownloadSettings,
  EngineInfo,
  NetworkStatus,
  RoomPlan,
  SelfTestReport,
} from '../participant/ports.ts'
export { segmentsEqualIn } from '../protocol/evidence/check-report.ts'
export { type AnswerKey, answerKeys } from './answer-keys.ts'
export type { AppModel, Notice, NoticeKind } from './app-model.ts'
export { type Answer, type AskModel, type AskSettings, isEnded } from './ask-model.ts'
export { assuranceOf } from './assurance.ts'
export { type Alarm, type AuditTally, alarmOf, tallyOf } from './audit-tally.ts'
export type { Backing, KnownBacking } from './backing.ts'
export type { CalibrateModel, CalibrateState, ComparedPair } from './calibrate-model.ts'
export { type CheckModel, type CheckSource, type ImportedCheck, isOpened } from './check-model.ts'
export type { ContributeModel, DeviceDescription, ModelOnDevice } from './contribute-model.ts'
export { type KeyUse, keyUseOf } from './key-use.ts'
export { locusChain, type SegmentMark, segmentsSoFar } from './locus-chain.ts'
export type { ModelsModel, ModelView, Transfer } from './models-model.ts'
export {
  DELEGATION_SECONDS,
  mayPay,
  permissionsOf,
  type SessionPermissions,
  type SessionStatus,
  sessionStatusOf,
} from './session-status.ts'
export {
  type FollowedTransaction,
  isBusy,
  type PayingChannel,
  type StakeModel,
  type StakeSite,
  type StakeTask,
  type StakeTaskKind,
  type TransactionLevel,
  type WalletSession,
} from './stake-model.ts'
export { createStores, type Stores } from './stores.ts'
