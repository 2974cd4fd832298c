import { CodedError } from '../../../src/protocol/errors.ts'
import type { FeedAnswers } from '../session/slot-decoder.ts'
import type { Answer } from './answer.ts'
import { planRuns, type Run, type RunShape } from './plan-runs.ts'
import { createSegmentEvidence, type SegmentEvidence } from './segment-evidence.ts'

export type Replayed =
  | { /** Of the open segment's rows. */ evidence: SegmentEvidence }
  /** The replay chose another token at `position`: it counts, and what followed the old one is forgotten. */
  | { replaced: { position: number; ids: number[] } }

export interface SegmentReplay {
  /** What is to be fed next. */
  next(): Run
  /** Answers of its positions up to `end`. Null while more are to come. Errors: `engine/run-failed`. */
  take(end: number, answers: FeedAnswers): Replayed | null
}

/**
 * Runs the open segment again in a checker's runs, over keys and values that came from such runs themselves, and chooses every token
 * anew: decode-verify-rollback (LLM-42, arXiv 2601.17768).
 */
export function createSegmentReplay(answer: Answer, shape: RunShape): SegmentReplay {
  const answersFrom = answer.promptLength - 1
  const last = answersFrom + answer.length
  const evidence = createSegmentEvidence()
  let at = answersFrom + answer.segmentStart

  return {
    next() {
      const [run] = planRuns(shape, answer.promptLength, at, last)
      return run ?? { start: at, end: last }
    },
    take(end, answers) {
      for (let i = 0; i < answers.count; i++) {
        const position = at + i - answersFrom
        const id = answer.choose(answers.logits(i), position)
        if (id !== answer.at(position)) {
          answer.truncate(position)
          answer.push(id)
          return { replaced: { position, ids: [id] } }
        }
        evidence.add(answers.row(i))
      }
      at = end
      return at === last ? { evidence: evidence.digest() } : null
    },
  }
}

export function notRepeatable(): CodedError {
  return new CodedError({
    code: 'engine/run-failed',
    message: 'This device contradicts itself: the same computation keeps giving other tokens.',
    nextStep: 'Use another device, or the processor instead of the graphics card.',
  })
}
