import type { EngineInfo } from '../../../src/engine/messages.ts'
import type { Techniques } from '../../../workers/inference/techniques.ts'
import type { TimedAnswer } from '../statistics/compare-arms.ts'

/** What an arm computes with. */
export type ArmProvider = 'wasm' | 'webgpu'

/** Which file of the model: a 4-bit one as it is downloaded, or the same weights written out in f32. */
export type ArmPrecision = 'q4' | 'q4f16' | 'fp32'

/** How transformers.js, or any loop, meets several requests. */
export type Manner = 'serial' | 'batched' | 'concurrent'

/** One way to run the model, by the letters of the plan: A transformers.js, A′ on our ORT build, B a plain loop, C ours, D ours minus one. */
export interface ArmSpec {
  /** Unique in a job, and what tables call it. */
  name: string
  kind: 'transformers' | 'transformers-our-ort' | 'plain' | 'ours' | 'engine' | 'paid-engine'
  provider: ArmProvider
  precision: ArmPrecision
  /** What `ours` leaves out; all others have nothing to leave. */
  without?: (keyof Techniques)[]
}

export interface ArmRequest {
  promptIds: number[]
  maxTokens: number
}

/** What an arm says of itself once it is open. */
export interface ArmFacts {
  ortVersion: string
  openMs: number
  info: EngineInfo | null
}

/** What it took to answer, and to check the answer. */
export interface CheckTiming {
  tokens: number
  generateMs: number
  checkMs: number
  /** Tokens and segments that the check found as claimed. */
  tokensMatched: number
  segmentsEqual: number
  segments: number
}

/** A loaded model behind one of the ways to run it. One call at a time. */
export interface Arm {
  readonly facts: ArmFacts
  /** Greedy, never stopped by a stop token. Answers in the order of the requests; arrivals since the call. */
  answer(requests: readonly ArmRequest[], manner: Manner): Promise<TimedAnswer[]>
  /** Answers, sampled, and checks the answer; null where the arm cannot check. */
  readonly check: ((request: ArmRequest) => Promise<CheckTiming>) | null
  close(): Promise<void>
}

/** Opens the arm that a spec names, for a model served under `/models/<model>/`. */
export type OpenArm = (spec: ArmSpec, model: string) => Promise<Arm>
