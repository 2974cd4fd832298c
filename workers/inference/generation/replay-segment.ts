import { CodedError } from '../../../src/protocol/errors.ts'
import type { Sequence } from '../session/sequence.ts'
import type { Answer } from './answer.ts'
import { planRuns, type RunShape } from './plan-runs.ts'
import { createRowsHash } from './rows-hash.ts'

export type Replay =
  | { replaced: null /** SHA-256 of the open segment's rows. */; rowsHash: Uint8Array }
  /** The replay chose another token at `position`: it counts, and what followed the old one is forgotten. */
  | { replaced: { position: number; ids: number[] } }

/**
 * Runs the open segment again in exactly a checker's runs, over keys and values that came from such runs themselves, and chooses every
 * token anew: decode-verify-rollback (LLM-42, arXiv 2601.17768). Leaves the sequence ready for the next token.
 */
export async function replaySegment(shape: RunShape, sequence: Sequence, answer: Answer): Promise<Replay> {
  const answersFrom = answer.promptLength - 1
  const start = answersFrom + answer.segmentStart
  const end = answersFrom + answer.length
  const hash = createRowsHash()
  sequence.truncate(start)
  for (const run of planRuns(shape, answer.promptLength, start, end)) {
    const answers = await sequence.extend(answer.inputs.slice(run.start, run.end))
    for (let i = 0; i < answers.count; i++) {
      const position = run.start + i - answersFrom
      const id = answer.choose(answers.logits(i), position)
      if (id !== answer.at(position)) {
        answer.truncate(position)
        answer.push(id)
        sequence.truncate(run.start + i + 1)
        return { replaced: { position, ids: [id] } }
      }
      hash.add(answers.row(i))
    }
  }
  return { replaced: null, rowsHash: hash.digest() }
}

export function notRepeatable(): CodedError {
  return new CodedError({
    code: 'engine/run-failed',
    message: 'This device contradicts itself: the same computation keeps giving other tokens.',
    nextStep: 'Use another device, or the processor instead of the graphics card.',
  })
}
