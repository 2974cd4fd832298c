import type { NoiseKey } from '../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import type { ModelConfig } from './model-config.ts'

/** Slots of one engine: continuous batching pays up to about here, and the key-value cache is paid for each. */
export const MAX_SLOTS = 8

/**
 * Rows of one slot in one run: `ids` at positions `start` onwards. Positions below `start` must have been fed; what the slot held from
 * `start` on is overwritten or forgotten, so a rollback is simply a smaller `start`.
 */
export interface Feed {
  slot: number
  start: number
  /** At least one. */
  ids: readonly number[]
  /** First index into `ids` whose logits and final-norm row are wanted. */
  wantedFrom: number
  /** How many are wanted from there on; 0 inside a prompt. */
  wantedCount: number
}

/** What a feed asked for, in order. Views are valid until the next run. */
export interface FeedAnswers {
  /** `wantedCount` of the feed. */
  count: number
  /** Float32 [vocabularySize]. */
  logits(index: number): Float32Array
  /** Float32 [hiddenSize], the final-norm row that the head multiplies. */
  row(index: number): Float32Array
}

/**
 * Several sequences over one model, each in a slot with room for `contextTokens`. One run at a time.
 * Errors of `run`: `engine/run-failed | engine/device-lost | engine/out-of-memory`; a slot that was in a failed run must be fed anew.
 */
export interface SlotDecoder {
  readonly config: ModelConfig
  readonly slots: number
  /** Positions that a slot has room for; at most the model's own context. */
  readonly contextTokens: number
  /**
   * `mixed`: feeds of any lengths share a run. `steps`: a run holds either feeds of equally many rows, at most `stepRows` each, or a
   * single feed of any length. `single`: one feed a run.
   */
  readonly packing: 'mixed' | 'steps' | 'single'
  /** Most rows of one feed among several, where `packing` is `steps`; else unlimited. */
  readonly stepRows: number
  /**
   * Rows that a feed needs at least to give the bits of a prefill, where the decoder itself sees to what a cell's window is for: 1 on
   * the packed path. Null: as many as the cell's exactness says.
   */
  readonly exactRows: number | null
  run(feeds: readonly Feed[]): Promise<FeedAnswers[]>
  /** Makes slot `to` begin with the first `tokens` positions of slot `from`, which keeps its own. Null where it cannot. */
  readonly copyPrefix: ((from: number, to: number, tokens: number) => Promise<void>) | null
  /** Null where every step needs the host. */
  readonly resident: ResidentDecoder | null
  release(): Promise<void>
}

/** One sequence of a resident run: the last ids fed or to be fed (as many as a step has rows), and how its next tokens are guessed. */
export interface ResidentRow {
  slot: number
  /** Position of the first of `ids`. */
  start: number
  ids: readonly number[]
  sampler: Sampler
  noise: NoiseKey
  /** Output position that the first step chooses. */
  position: number
}

/** One step of one sequence, as the device did it. */
export interface ResidentStep {
  /** The device's own choice, which was fed to the next step: a guess until the token rule agrees. */
  id: number
  /** The largest logits, descending, of equal ones the smaller id first: all that the token rule can keep. Ids [k], logits [k]. */
  candidateIds: Int32Array
  candidateLogits: Float32Array
  /** Float32 [hiddenSize]. */
  row: Float32Array
}

/** Steps without the host between them: ids, lengths and log stay on the device (engine.md 7). */
export interface ResidentDecoder {
  /** Most steps of one call. */
  readonly maxSteps: number
  /** Result [sequence][step]. The host rolls back whatever follows a guess that its rule refuses. */
  runAhead(rows: readonly ResidentRow[], steps: number): Promise<ResidentStep[][]>
}
