import type { GenerateOptions, GenerationEvent } from '../participant/ports.ts'
import type { FinishReason } from '../protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'

/** How far an answer has come, so that another worker can go on with it. */
export interface AnswerProgress {
  note(event: GenerationEvent): void
  /** What is left to ask for: everything committed counts as resumed. */
  rest(): GenerateOptions
  /** Why the committed ids are the whole answer, if they are: then nothing is left to ask for. */
  ended(contextTokens: number): FinishReason | null
}

export function createAnswerProgress(options: GenerateOptions): AnswerProgress {
  const committed: number[] = []
  return {
    note(event) {
      if (event.type === 'segment') committed.push(...event.ids)
    },
    rest: () => ({ ...options, resumedIds: [...options.resumedIds, ...committed] }),
    ended(contextTokens) {
      const last = committed.at(-1)
      if (last === undefined) return null
      if (options.stopIds.includes(last)) return 'stop'
      const length = options.resumedIds.length + committed.length
      if (length >= options.maxTokens || options.promptIds.length + length >= contextTokens) return 'length'
      // Only an abort ends a segment early for no other reason.
      return committed.length % SEGMENT_TOKENS === 0 ? null : 'aborted'
    },
  }
}
