import type { GenerateOptions } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { FinishReason } from '../../../src/protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { type NoiseKey, noiseKeyOf } from '../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import { chooseAmong, chooseToken } from '../../../src/protocol/sampling/token-rule.ts'
import type { ModelConfig } from '../session/model-config.ts'

/** Ids lie below the one, positions below the other. */
export type TokenBounds = Pick<ModelConfig, 'vocabularySize' | 'contextTokens'>

/** The answer as it grows: which ids it has, which of them are committed, and when it ends. */
export interface Answer {
  /** Every id that may be fed: prompt, then output. */
  readonly inputs: readonly number[]
  readonly promptLength: number
  /** Output ids so far. */
  readonly length: number
  /** First output position of the open segment. */
  readonly segmentStart: number
  readonly sampler: Sampler
  readonly noise: NoiseKey
  /** The rule's choice for output position `position` (protocol.md §3). Errors: `engine/run-failed`. */
  choose(logits: Float32Array, position: number): number
  /** The same, from the largest logits alone. Errors: `engine/run-failed`. */
  chooseAmong(ids: Int32Array, logits: Float32Array, position: number): number
  push(id: number): void
  /** Forgets the output from `position` on, which lies in the open segment. */
  truncate(position: number): void
  at(position: number): number | undefined
  /** Why the answer ends here, or null. */
  finished(): FinishReason | null
  /** How many tokens may still follow. */
  room(): number
  segmentFull(): boolean
  /** Closes the open segment and returns its index and ids. */
  commit(): { index: number; ids: number[] }
}

/** Errors: `engine/context-overflow | engine/run-failed`. */
export function createAnswer(options: GenerateOptions, bounds: TokenBounds): Answer {
  const { promptIds, resumedIds, maxTokens, sampler } = options
  const stopIds = new Set(options.stopIds)
  const key: NoiseKey = noiseKeyOf(options.seed)
  const inputs = [...promptIds, ...resumedIds]
  assertFits(inputs, bounds, 1)
  let segmentStart = resumedIds.length

  return {
    inputs,
    promptLength: promptIds.length,
    get length() {
      return inputs.length - promptIds.length
    },
    get segmentStart() {
      return segmentStart
    },
    sampler,
    noise: key,
    choose: (logits, position) => chosenId(chooseToken(logits, sampler, key, position)),
    chooseAmong: (ids, logits, position) => chosenId(chooseAmong(ids, logits, sampler, key, position)),
    push: (id) => {
      inputs.push(id)
    },
    truncate: (position) => {
      inputs.length = promptIds.length + position
    },
    at: (position) => inputs[promptIds.length + position],
    finished() {
      const length = inputs.length - promptIds.length
      const last = inputs.at(-1)
      if (length > resumedIds.length && last !== undefined && stopIds.has(last)) return 'stop'
      if (length >= maxTokens || inputs.length >= bounds.contextTokens) return 'length'
      return null
    },
    room: () => Math.min(maxTokens - (inputs.length - promptIds.length), bounds.contextTokens - inputs.length),
    segmentFull: () => inputs.length - promptIds.length - segmentStart === SEGMENT_TOKENS,
    commit() {
      const ids = inputs.slice(promptIds.length + segmentStart)
      const index = segmentStart / SEGMENT_TOKENS
      segmentStart += ids.length
      return { index, ids }
    },
  }
}

/** Ids come from strangers: a negative one would count from the vocabulary's end. Errors: `engine/context-overflow | engine/run-failed`. */
export function assertFits(ids: readonly number[], bounds: TokenBounds, room: number): void {
  if (ids.length === 0 || ids.some((id) => !isTokenId(id, bounds))) {
    throw new CodedError({
      code: 'engine/run-failed',
      message: 'The prompt is empty or holds token ids that this model does not have.',
      nextStep: 'Ask again, with the tokenizer of the same model.',
    })
  }
  if (ids.length + room > bounds.contextTokens) {
    throw new CodedError({
      code: 'engine/context-overflow',
      message: `The text has ${ids.length} tokens; this model reads ${bounds.contextTokens} in all, answer included.`,
      nextStep: 'Shorten the prompt.',
      details: { tokens: ids.length, contextTokens: bounds.contextTokens },
    })
  }
}

export function isTokenId(id: number, { vocabularySize }: TokenBounds): boolean {
  return Number.isInteger(id) && id >= 0 && id < vocabularySize
}

function chosenId(id: number): number {
  if (id >= 0) return id
  throw new CodedError({
    code: 'engine/run-failed',
    message: 'The model computed no number at all for the next token.',
    nextStep: 'Reload the page; if it happens again, this device cannot run this model.',
  })
}
