import type { ArmTurn } from '../statistics/compare-arms.ts'
import type { ArmFacts, ArmRequest, ArmSpec, CheckTiming, Manner } from './arm.ts'

/** Opens the arms of one model and runs the blocks. */
export interface ArmsJob {
  kind: 'arms'
  model: string
  arms: { spec: ArmSpec; manner: Manner }[]
  /** Requests of each block. */
  blocks: ArmRequest[][]
}

export interface ArmsResult {
  facts: Record<string, ArmFacts>
  turns: ArmTurn[]
}

/** Answers and checks with one arm, model after model. */
export interface ChecksJob {
  kind: 'checks'
  models: string[]
  spec: ArmSpec
  requests: ArmRequest[]
}

export interface ChecksResult {
  /** In the order of the models; one timing per request. */
  models: { model: string; facts: ArmFacts; timings: CheckTiming[] }[]
}

/** Copies within the device's memory, by a kernel of its own. */
export interface RooflineJob {
  kind: 'roofline'
  bytes: number
  repetitions: number
}

export interface RooflineResult {
  adapter: string
  bytes: number
  /** Read and written, of each repetition. */
  bytesPerSecond: number[]
}

/** What stands in a receipt for an answer, computed as the app does, without the model. */
export interface EvidenceJob {
  kind: 'evidence'
  hiddenSize: number
  tokens: number
  repetitions: number
}

export interface EvidenceResult {
  /** Hashing rows and chaining segments, each answer. */
  hashMs: number[]
  /** Digests and signatures of its segments and its receipt. */
  signMs: number[]
}

/** What a voucher for one segment costs, without network and model. */
export interface VoucherJob {
  kind: 'voucher'
  repetitions: number
}

/** Of each voucher. */
export interface VoucherResult {
  /** The payer remembers the amount, durably. */
  rememberMs: number[]
  signMs: number[]
  verifyMs: number[]
  /** The payee journals it, durably. */
  journalMs: number[]
}

/** Has the referee and this device's engine answer standard prompts and check each other. */
export interface CompareJob {
  kind: 'compare'
  device: 'webgpu' | 'wasm'
  answers: number
}

export type PageJob = ArmsJob | ChecksJob | RooflineJob | EvidenceJob | VoucherJob | CompareJob
