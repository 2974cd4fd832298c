/**
 * What a participant needs from the world, and nothing else. Adapters implement these; participant code is written against them,
 * so the same code runs in a page, in Node and in a simulation. Byte arrays are owned by the receiver after the call unless said otherwise.
 */
import type { Cell } from '../protocol/evidence/cell.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import type { FinishReason } from '../protocol/job/job.ts'
import type { ModelManifest } from '../protocol/model/manifest.ts'
import type { Sampler } from '../protocol/sampling/sampler.ts'
import type { JournalRecord } from '../protocol/wire/journal.ts'
import type { MessageVerdict } from '../protocol/wire/verdict.ts'

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

/** What was found and chosen on this device. */
export interface EngineInfo {
  cell: Cell
  /** One report per provider tried, in order. */
  selfTests: SelfTestReport[]
  /** Measured by the self-test's decode, in tokens per second. */
  tokensPerSecond: number
  contextTokens: number
  vocabularySize: number
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
      ids: number[] /** SHA-256 of the final-norm rows, 32 bytes. */
      rowsHash: Uint8Array
    }
  | { type: 'finish'; reason: FinishReason }

export interface CheckOptions {
  promptIds: number[]
  outputIds: number[]
  sampler: Sampler
  seed: Uint8Array
  /** The provider's claim for each segment of 32 output ids, in order. */
  rowsHashes: Uint8Array[]
  /** The provider's cell: equality is expected only if it is ours too. */
  cell: Cell
}

/** Errors: every `engine/*` code. One generation or check runs at a time; a second call waits its turn. */
export interface Engine {
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
  generate(options: GenerateOptions, signal: AbortSignal): AsyncIterable<GenerationEvent>
  check(options: CheckOptions, signal?: AbortSignal): Promise<CheckReport>
  /** Kills the worker; the next call starts a new one. */
  stop(): Promise<void>
}

// ---------------------------------------------------------------- model store

export type ModelStatus =
  | { state: 'absent' }
  | { state: 'partial'; haveBytes: number; totalBytes: number }
  | { state: 'complete'; totalBytes: number }

/** Errors: every `model/*` code. */
export interface ModelStore {
  /** The manifest of a catalogue model, verified against its pinned root. */
  manifest(modelRoot: string, signal?: AbortSignal): Promise<ModelManifest>
  status(modelRoot: string): Promise<ModelStatus>
  /** Resumes at the first missing chunk; only verified chunks are kept. */
  download(
    modelRoot: string,
    onProgress: (haveBytes: number, totalBytes: number) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /** Re-hashes every chunk it reads: a flipped bit is named and never reaches the engine. */
  readFile(modelRoot: string, path: string, signal?: AbortSignal): Promise<Uint8Array>
  delete(modelRoot: string): Promise<void>
}

// ---------------------------------------------------------------- network

export interface ConnectionInfo {
  transport: 'webrtc' | 'webrtc-direct' | 'websocket' | 'memory' | 'circuit'
  /** True while bytes still pass a relay that counts them. */
  limited: boolean
  remoteAddr: string
}

/** A framed, heart-beaten stream. Frames are whole messages of at most MAX_JOB_FRAME_BYTES. */
export interface JobStream {
  readonly remotePeer: string
  readonly connection: ConnectionInfo
  /** Resolves when the frame is handed to the transport; rejects `network/peer-lost | network/closed`. */
  send(frame: Uint8Array): Promise<void>
  /** Ends when the peer closed cleanly; throws `network/peer-lost` after HEARTBEAT_SUSPECT_MS of silence. Iterate once. */
  readonly frames: AsyncIterable<Uint8Array>
  close(): Promise<void>
  abort(reason: Error): void
}

export type NetworkStatus =
  | { state: 'offline' }
  | { state: 'connecting' }
  | { state: 'online'; relayPeer: string /** Peers with an open connection, the relay included. */; peers: number }
  | { state: 'unreachable'; code: 'network/relay-unreachable'; message: string; nextStep: string }

/** Errors: every `network/*` code. */
export interface Network {
  readonly peerId: string
  start(signal?: AbortSignal): Promise<void>
  stop(): Promise<void>
  onStatus(listener: (status: NetworkStatus) => void): Unsubscribe
  /** Gossips an encoded offer of at most MAX_OFFER_BYTES. */
  publishOffer(offer: Uint8Array): Promise<void>
  /** The handler judges each offer before it propagates; `publisher` is the authenticated peer id that signed the gossip message. */
  onOffer(handler: (offer: Uint8Array, publisher: string) => MessageVerdict): Unsubscribe
  openJob(peerId: string, signal?: AbortSignal): Promise<JobStream>
  onJob(handler: (stream: JobStream) => void): Unsubscribe
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
