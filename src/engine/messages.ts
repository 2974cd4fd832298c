import type {
  CheckOptions,
  EngineInfo,
  GenerateOptions,
  GenerationEvent,
  LoadOptions,
  TokenizerInfo,
} from '../participant/ports.ts'
import type { ErrorData } from '../protocol/errors.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import type { ModelManifest } from '../protocol/model/manifest.ts'

export type {
  CheckOptions,
  EngineInfo,
  EnginePath,
  GenerateOptions,
  GenerationEvent,
  SelfTestReport,
  SelfTestStep,
  TokenizerInfo,
} from '../participant/ports.ts'

/** Moves with every change in this file: a page and a worker of two deployments must notice each other. */
export const ENGINE_MESSAGES_VERSION = 3

/** Which model; its files are asked for one by one as they are needed. */
export interface ModelSource {
  manifest: ModelManifest
  modelRoot: string
}

export type LoadStage = Parameters<NonNullable<LoadOptions['onProgress']>>[0]

/** Everything the page can ask of the worker: arguments and result by name. */
export interface EngineCalls {
  load: {
    args: ModelSource & {
      provider: LoadOptions['provider']
      /** Part of this device's memory budget to plan with: 1, and less after memory ran out. */
      memoryShare?: number
    }
    result: EngineInfo
  }
  'load-tokenizer': { args: ModelSource; result: TokenizerInfo }
  'encode-prompt': { args: { text: string }; result: number[] }
  decode: { args: { ids: number[]; final: boolean }; result: string }
  /** Its events precede its result. */
  generate: { args: GenerateOptions; result: null }
  check: { args: CheckOptions; result: CheckReport }
}

export type CallName = keyof EngineCalls

export type CallMessage = {
  [N in CallName]: { type: 'call'; id: number; name: N; args: EngineCalls[N]['args'] }
}[CallName]

/** Page to worker. `id` names a call and is never used twice in a worker's life. */
export type ToWorker =
  | CallMessage
  | { type: 'cancel'; id: number }
  /** Compute no further for this generation until `resume` or `cancel`: nobody reads its events. */
  | { type: 'pause'; id: number }
  | { type: 'resume'; id: number }
  /** Answers `file-request`; `bytes` is transferred. */
  | { type: 'file'; id: number; fileId: number; bytes: Uint8Array }
  | { type: 'file-failed'; id: number; fileId: number; error: ErrorData }

/** Worker to page. */
export type FromWorker =
  /** The first message of every worker. */
  | { type: 'hello'; version: number }
  /** A run has ended: sent a few times a second while anything runs. */
  | { type: 'pulse' }
  | { type: 'progress'; id: number; stage: LoadStage; fraction: number }
  | { type: 'file-request'; id: number; fileId: number; path: string }
  | { type: 'event'; id: number; event: GenerationEvent }
  | { type: 'result'; id: number; result: EngineCalls[CallName]['result'] }
  | { type: 'error'; id: number; error: ErrorData }
  /** The worker can do nothing more, for example after its GPU went away: kill it. */
  | { type: 'fatal'; error: ErrorData }
