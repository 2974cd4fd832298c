import type { GenerateOptions, GenerationEvent } from '../../../src/engine/messages.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import type { Decoder } from '../session/decoder.ts'
import { type Answers, createSequence, type Sequence } from '../session/sequence.ts'
import { type Answer, createAnswer } from './answer.ts'
import { minimumRows, planRuns, type RunShape } from './plan-runs.ts'
import { notRepeatable, replaySegment } from './replay-segment.ts'
import { createRowsHash, type RowsHash } from './rows-hash.ts'

/** A replay fixes its segment's first differing token, so 32 tokens need at most 32; twice that means the device contradicts itself. */
const MAX_REPLAYS = 2 * SEGMENT_TOKENS

export interface GenerationContext {
  decoder: Decoder
  shape: RunShape
  /** Lets waiting messages in, an abort among them; WebAssembly runs never do. */
  yieldTurn: () => Promise<void>
}

/**
 * One answer, token by token, committed in segments of 32 whose rows are those a checker's prefill gives (protocol.md §4).
 * Errors: `engine/context-overflow | engine/run-failed | engine/device-lost | engine/out-of-memory`.
 */
export async function* generate(
  context: GenerationContext,
  options: GenerateOptions,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void> {
  const { decoder, shape } = context
  const answer = createAnswer(options, decoder.config)
  const sequence = createSequence(decoder, minimumRows(shape.exactness))
  try {
    const aborted = !(await prefill(context, sequence, answer, signal))
    if (aborted) yield { type: 'finish', reason: 'aborted' }
    else if (shape.exactness.kind === 'replay') yield* replayed(context, sequence, answer, signal)
    else yield* streamed(context, sequence, answer, signal)
  } finally {
    sequence.dispose()
  }
}

/** Feeds all but the last id, whose row chooses the first token. False when aborted between two runs. */
async function prefill(
  context: GenerationContext,
  sequence: Sequence,
  answer: Answer,
  signal: AbortSignal,
): Promise<boolean> {
  for (const { start, end } of planRuns(context.shape, answer.promptLength, 0, answer.inputs.length - 1)) {
    await context.yieldTurn()
    if (signal.aborted) return false
    await sequence.extend(answer.inputs.slice(start, end))
  }
  await context.yieldTurn()
  return !signal.aborted
}

/** Each row is final when it is computed: what decode gives is what prefill gives, or exactness was never promised. */
async function* streamed(
  context: GenerationContext,
  sequence: Sequence,
  answer: Answer,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void> {
  let rows: RowsHash = createRowsHash()
  for (;;) {
    const reason = answer.finished() ?? (signal.aborted ? 'aborted' : null)
    if (reason !== null || answer.segmentFull()) {
      if (answer.length > answer.segmentStart) yield { type: 'segment', ...answer.commit(), rowsHash: rows.digest() }
      if (reason !== null) return yield { type: 'finish', reason }
      rows = createRowsHash()
    }
    const { answers, id } = await step(sequence, answer)
    rows.add(answers.row(0))
    yield { type: 'tokens', position: answer.length - 1, ids: [id] }
    await context.yieldTurn()
  }
}

/** Tokens are provisional until their segment, run again as one chunk, chooses them too. */
async function* replayed(
  context: GenerationContext,
  sequence: Sequence,
  answer: Answer,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, void> {
  let replays = 0
  for (;;) {
    const reason = answer.finished() ?? (signal.aborted ? 'aborted' : null)
    if (reason === null && !answer.segmentFull()) {
      const { id } = await step(sequence, answer)
      yield { type: 'tokens', position: answer.length - 1, ids: [id] }
      await context.yieldTurn()
      continue
    }
    if (answer.length > answer.segmentStart) {
      if (++replays > MAX_REPLAYS) throw notRepeatable()
      const replay = await replaySegment(context.shape, sequence, answer)
      if (replay.replaced !== null) {
        yield { type: 'tokens', ...replay.replaced }
        // Whether, and why, the answer ends may have changed with the token.
        continue
      }
      replays = 0
      yield { type: 'segment', ...answer.commit(), rowsHash: replay.rowsHash }
    }
    if (reason !== null) return yield { type: 'finish', reason }
  }
}

/** Feeds the newest id and appends the token its row chooses. */
async function step(sequence: Sequence, answer: Answer): Promise<{ answers: Answers; id: number }> {
  const answers = await sequence.extend(answer.inputs.slice(-1))
  const id = answer.choose(answers.logits(0), answer.length)
  answer.push(id)
  return { answers, id }
}
