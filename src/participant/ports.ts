/**
 * What a participant needs from the world, and nothing else. Adapters implement these; participant code is written against them,
 * so the same code runs in a page, in Node and in a simulation. Byte arrays are owned by the receiver after the call unless said otherwise.
 */
import type { ErrorData } from '../protocol/errors.ts'
import type { Cell } from '../protocol/evidence/cell.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import type { FinishReason } from '../protocol/job/job.ts'
import type { CacheShape, Precision } from '../protocol/model/hub-pin.ts'
import type { ModelManifest } from '../protocol/model/manifest.ts'
import type { DeviceKind } from '../protocol/model/model-fit.ts'
import type { ProviderRecord } from '../protocol/reputation/audit-rate.ts'
import type { EvidenceState } from '../protocol/reputation/sequential-evidence.ts'
import type { Sampler } from '../protocol/sampling/sampler.ts'
import type { Probe } from '../protocol/selection/probe-positions.ts'
import type { JournalRecord } from '../protocol/wire/journal.ts'

export type * from './money-ports.ts'
export type * from './network-ports.ts'

/** Undoes a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void

// ---------------------------------------------------------------- engine

export interface SelfTestStep {
  /** Which known answer was asked: a prefill of so many tokens, or the decode after it. */
  name: string
  passed: boolean
  /** Largest |logit difference| against the answers shipped with the model. */
  maxDifference: number
}

export interface SelfTestReport {
  provider: 'webgpu' | 'wasm'
  steps: SelfTestStep[]
  /** Rows per prefill run that answered correctly; 0 when the provider was refused. */
  prefillChunk: number
  outcome: 'passed' | 'passed-with-smaller-chunk' | 'refused'
  /** One plain sentence for the page. */
  summary: string
}

/** How the engine computes: `plain` is the simple loop that every other path must agree with. */
export interface EnginePath {
  kind: 'packed' | 'captured' | 'plain'
  /** One plain sentence: why this path. */
  note: string
}

/** What was found and chosen on this device. */
export interface EngineInfo {
  cell: Cell
  path: EnginePath
  /** Generations and checks that run at once; 1 to 8. */
  slots: number
  /** One report per provider tried, in order. */
  selfTests: SelfTestReport[]
  /** Measured by the self-test's decode, in tokens per second. */
  tokensPerSecond: number
  contextTokens: number
  vocabularySize: number
  /** Values of one final-norm row. */
  hiddenSize: number
  stopIds: number[]
}

/** What a requester needs to know of a model whose weights it has not loaded. */
export interface TokenizerInfo {
  /** End-of-text ids of generation_config.json. */
  stopIds: number[]
}

export interface LoadOptions {
  manifest: ModelManifest
  /** Hex of the manifest's root, already verified by the store that reads the files. */
  modelRoot: string
  /** Reads one verified file of the model. */
  readFile: (path: string, signal?: AbortSignal) => Promise<Uint8Array>
  /** 'auto' tries WebGPU, then WASM. 'referee' is one-thread WASM, the universal exact cell. */
  provider: 'auto' | 'webgpu' | 'wasm' | 'referee'
  onProgress?: (stage: 'reading' | 'preparing' | 'compiling' | 'self-test', fraction: number) => void
}

export interface GenerateOptions {
  promptIds: number[]
  /** Ids already committed by an earlier provider of the same answer; length is a multiple of 32. */
  resumedIds: number[]
  /** Output tokens of the whole answer, resumed ones included. */
  maxTokens: number
  stopIds: number[]
  sampler: Sampler
  /** 32 bytes. */
  seed: Uint8Array
}

export type GenerationEvent =
  /** Provisional until their segment is committed. `position` counts output tokens from 0. */
  | { type: 'tokens'; position: number; ids: number[] }
  | {
      type: 'segment'
      index: number
      ids: number[]
      /** SHA-256 of the final-norm rows, 32 bytes. */
      rowsHash: Uint8Array
      /** Of the same rows, for checkers of other cells (protocol.md §4.3), 258 bytes. */
      commitment: Uint8Array
    }
  | { type: 'finish'; reason: FinishReason }

export interface CheckOptions {
  promptIds: number[]
  outputIds: number[]
  sampler: Sampler
  seed: Uint8Array
  /** The provider's claim for each segment of 32 output ids, in order. */
  rowsHashes: Uint8Array[]
  /** Likewise, 258 bytes each; remote, so they may be anything. */
  commitments: Uint8Array[]
  /** Values of the recomputed rows to report: output position and dimension. */
  probes: Probe[]
  /** The provider's cell: equality is expected only if it is ours too. */
  cell: Cell
}

export interface GenerateUse {
  /**
   * For answers that nobody was promised the bits of: after a lost device go on with whatever computes now. Otherwise an answer that
   * another cell would have to finish rejects with `engine/device-lost`.
   */
  anyCell?: boolean
}

/** The worker behind an engine died, by a lost device, a hang or a crash, and is rebuilt; what ran goes on by itself. */
export type Recovery =
  | { state: 'rebuilding'; error: ErrorData }
  /** `info` may be of another cell than before. */
  | { state: 'rebuilt'; info: EngineInfo }
  | { state: 'failed'; error: ErrorData }

/**
 * Errors: every `engine/*` code. As many generations and checks run at once as `info.slots` says; more wait their turn, and beyond
 * a few dozen are refused with `engine/busy`. `load` waits until what runs has ended, and what is asked for after it waits for it.
 * A lost device, a hang or a crash is a pause, not an error: the model is loaded again, and what ran goes on from its last committed
 * segment, with the same tokens. Whoever stops taking events stops the computation behind them after a segment or two.
 */
export interface Engine {
  /** Resolves at once where the same model is loaded already. */
  load(options: LoadOptions, signal?: AbortSignal): Promise<EngineInfo>
  /** Null until `load` has resolved. */
  readonly info: EngineInfo | null
  /** Tokeniser only: loads without any ORT session. */
  loadTokenizer(
    options: Pick<LoadOptions, 'manifest' | 'modelRoot' | 'readFile'>,
    signal?: AbortSignal,
  ): Promise<TokenizerInfo>
  /** A person's text as the model wants it: chat template, then token ids. */
  encodePrompt(text: string): Promise<number[]>
  /** Text of the ids so far. Unless `final`, a trailing incomplete character is withheld, so text only ever grows. */
  decode(ids: number[], final: boolean): Promise<string>
  /** Ends within one token of an abort, with `finish: 'aborted'` after the rest was committed as a short segment. */
  generate(options: GenerateOptions, signal: AbortSignal, use?: GenerateUse): AsyncIterable<GenerationEvent>
  /** Its report is that of the cell the check ended on: after a lost device `info` may have another one. */
  check(options: CheckOptions, signal?: AbortSignal): Promise<CheckReport>
  /** While somebody listens, a device that is lost between two calls is rebuilt at once. */
  onRecovery(listener: (recovery: Recovery) => void): Unsubscribe
  /** Kills the worker; the next call starts a new one. */
  stop(): Promise<void>
}

// ---------------------------------------------------------------- model store

export type ModelStatus =
  | { state: 'absent' }
  | { state: 'partial'; haveBytes: number; totalBytes: number }
  | { state: 'complete'; totalBytes: number }

/** One file of a model that is complete on this device, for files too large to be read at once. */
export interface ModelFile {
  readonly bytes: number
  /**
   * Re-hashes every chunk that it touches. Shorter than `length` only at the end of the file.
   * Errors: `model/chunk-corrupt`, `model/truncated`, `model/cancelled`.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>
}

/**
 * `ref` names a model: its root, or, for a hub model whose root is only known once it is downloaded, the id of its pin (`ModelEntry`).
 * Errors: every `model/*` code.
 */
export interface ModelStore {
  /** Verified against its pinned root. Of a hub model: `model/truncated` until it is complete, for until then nobody knows it. */
  manifest(ref: string, signal?: AbortSignal): Promise<ModelManifest>
  status(ref: string): Promise<ModelStatus>
  /** Goes on where it stopped; only verified chunks are kept. */
  download(
    ref: string,
    onProgress: (haveBytes: number, totalBytes: number) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /** Re-hashes every chunk it reads: a flipped bit is named and never reaches the engine. */
  readFile(ref: string, path: string, signal?: AbortSignal): Promise<Uint8Array>
  openFile(ref: string, path: string): Promise<ModelFile>
  delete(ref: string): Promise<void>
}

/** Where a model's files come from, and who says which they are. */
export type ModelOrigin =
  /** Served and pinned by this page. */
  | { kind: 'page' }
  /**
   * Fetched from a hub. `catalogue`: this page pins every byte. `first-use`: the hub said so when a person added it on this device, and
   * whatever comes later has to be that.
   */
  | { kind: 'hub'; repo: string; revision: string; pinnedBy: 'catalogue' | 'first-use' }

/** What a person is told of a model. */
export interface ModelEntry {
  ref: string
  /** Null: a hub model that is not complete here. */
  modelRoot: string | null
  name: string
  license: string
  precision: Precision
  contextTokens: number
  cache: CacheShape
  totalBytes: number
  origin: ModelOrigin
  status: ModelStatus
  /** Unix milliseconds of the last read; null when never read. */
  lastUsedAtMs: number | null
}

/** What would have to go for a model to have room. Nothing goes without a person's yes: `delete` each of them. */
export interface RoomPlan {
  /** Bytes that are missing of the model itself. */
  neededBytes: number
  /** Null: the browser does not say. */
  freeBytes: number | null
  /** Least recently used first; never the model itself. Empty when there is room already. */
  evict: ModelEntry[]
  /** False: not even without all others would it fit. */
  enough: boolean
}

/** What a person allows downloads to use. */
export interface DownloadSettings {
  /** Null: as fast as it comes. */
  bytesPerSecond: number | null
  /** Per 30 days; null: no cap. */
  bytesPerMonth: number | null
  /** Download although the device is set to save data. */
  evenWhenSavingData: boolean
}

/** The store as the screen for models needs it. */
export interface ModelLibrary extends ModelStore {
  /** Every model that this page offers or this device keeps. */
  list(): Promise<ModelEntry[]>
  /** Asks the hub what the model is made of and pins it; fetches none of its weights. `revision`: default `main`. */
  addFromHub(
    repo: string,
    options: { revision?: string; precision?: Precision; device: DeviceKind },
    signal?: AbortSignal,
  ): Promise<ModelEntry>
  planRoom(ref: string): Promise<RoomPlan>
  settings(): Promise<DownloadSettings>
  changeSettings(settings: DownloadSettings): Promise<void>
  /** Bytes fetched in the current 30 days. */
  dataUsed(): Promise<number>
  /**
   * Re-hashes a few chunks of what is kept, going on where it stopped at the last start; what has changed on the disk is thrown away, so
   * that it is known before somebody waits for it. Returns how many were thrown away.
   */
  checkSample(chunks: number, signal?: AbortSignal): Promise<number>
}

// ---------------------------------------------------------------- keys, journal, platform

/** A P-256 key that cannot leave the device (protocol.md §1). */
export interface SessionKey {
  /** Raw x ++ y, 64 bytes. */
  readonly publicKey: Uint8Array
  /** Signs SHA-256(digest); 64 bytes r ++ s with low s. `digest` is 32 bytes. */
  sign(digest: Uint8Array): Promise<Uint8Array>
}

/** Append-only. `append` resolves once the record survives a power cut. Errors: `storage/*`. */
export interface Journal {
  append(record: JournalRecord): Promise<void>
  get(id: string): Promise<JournalRecord | null>
  /** Newest first. Records that no longer parse are skipped and counted. */
  list(limit: number): Promise<{ records: JournalRecord[]; unreadable: number }>
}

/** What this participant has seen of one provider. */
export interface Standing {
  record: ProviderRecord
  evidence: EvidenceState
}

/** By session key, in hex. What no longer parses is a newcomer. Errors: `storage/*`. */
export interface StandingBook {
  get(providerKey: string): Promise<Standing>
  put(providerKey: string, standing: Standing): Promise<void>
}

/** The right of one tab to compute. */
export interface Lease {
  /** Resolves to the release. Errors: `lease/held-elsewhere`. */
  acquire(signal?: AbortSignal): Promise<() => void>
}

/** A reason of the owner's not to compute now (protocol.md §7): battery, metered data. */
export interface Pause {
  reason: string
  nextStep: string
}

export interface PauseSignals {
  /** Null while nothing speaks against computing. */
  current(): Pause | null
  onChange(listener: (pause: Pause | null) => void): Unsubscribe
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Calls back every `intervalMs`, also in a hidden tab. */
  every(intervalMs: number, callback: () => void): Unsubscribe
  /** Calls back once. */
  after(delayMs: number, callback: () => void): Unsubscribe
}

export interface Random {
  bytes(length: number): Uint8Array
}

/** Facts only: never prompt text, never keys. */
export interface Logger {
  info(event: string, facts?: Record<string, string | number>): void
  warn(event: string, facts?: Record<string, string | number>): void
}
