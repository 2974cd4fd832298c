import type { GenerateOptions, GenerationEvent } from '../../../src/engine/messages.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { createAnswer, type TokenBounds } from './answer.ts'
import { planRuns, type RunShape } from './plan-runs.ts'
import type { RowPolicy } from './row-policy.ts'
import { createSegmentEvidence, type SegmentEvidence } from './segment-evidence.ts'
import { createSegmentReplay, notRepeatable, type SegmentReplay } from './segment-replay.ts'
import type { Strand, Wish } from './strand.ts'

/** A replay fixes its segment's first differing token, so 32 tokens need at most 32; twice that means the device contradicts itself. */
const MAX_REPLAYS = 2 * SEGMENT_TOKENS

/** A row that chooses one token; the row after it counts only if the token is `guess`. */
interface ChoosingRow {
  choose(position: number): number
  row: Float32Array
  guess: number | undefined
}

export interface GenerationStrandOptions {
  options: GenerateOptions
  shape: RunShape
  bounds: TokenBounds
  policy: RowPolicy
  emit: (event: GenerationEvent) => void
}

/**
 * One answer, committed in segments of 32 whose rows are those a checker's prefill gives (protocol.md §4). With a window each row is
 * final when it is computed; with replay, tokens are provisional until their segment, run again as one chunk, chooses them too.
 * Errors: `engine/context-overflow | engine/run-failed`.
 */
export function createGenerationStrand({ options, shape, bounds, policy, emit }: GenerationStrandOptions): Strand {
  const answer = createAnswer(options, bounds)
  const { replays } = policy
  const plan = replays ? planRuns(shape, answer.promptLength, 0, answer.inputs.length - 1) : null
  let fed = 0
  let rows = createSegmentEvidence()
  let stopped = false
  let ended = false
  let replay: SegmentReplay | null = null
  let replayCount = 0

  function commit({ rowsHash, commitment }: SegmentEvidence): void {
    emit({ type: 'segment', ...answer.commit(), rowsHash, commitment })
  }

  function commitRows(): void {
    if (answer.length === answer.segmentStart) return
    commit(rows.digest())
    rows = createSegmentEvidence()
  }

  function room(): number {
    const segmentRoom = answer.segmentStart + SEGMENT_TOKENS - answer.length
    return replays ? Math.min(answer.room(), segmentRoom) : answer.room()
  }

  /** Returns how many rows counted. */
  function accept(choosing: Iterable<ChoosingRow>): number {
    let tokens: number[] = []
    let counted = 0
    const flush = () => {
      if (tokens.length > 0) emit({ type: 'tokens', position: answer.length - tokens.length, ids: tokens })
      tokens = []
    }
    try {
      for (const { choose, row, guess } of choosing) {
        const id = choose(answer.length)
        if (!replays) rows.add(row)
        answer.push(id)
        tokens.push(id)
        counted += 1
        if (!replays && answer.segmentFull()) {
          flush()
          commitRows()
        }
        if (id !== guess || answer.finished() !== null || room() === 0) break
      }
    } finally {
      flush()
    }
    fed = answer.inputs.length - 1
    return counted
  }

  function readWish(): Wish {
    const end = answer.inputs.length
    if (plan !== null) {
      const run = plan.find(({ start }) => start === fed)
      if (run !== undefined) return { kind: 'read', ...run, wantedFrom: run.end, whole: true, exact: true }
    }
    // What fits into the rows that every run has anyway costs no more than one id.
    const kind = end - fed <= policy.stepRows ? 'step' : 'read'
    return { kind, start: fed, end, wantedFrom: end - 1, whole: false, exact: !replays || kind === 'read' }
  }

  function replayWish(): Wish {
    if (replay === null) {
      if (++replayCount > MAX_REPLAYS) throw notRepeatable()
      replay = createSegmentReplay(answer, shape)
    }
    const run = replay.next()
    return { kind: 'replay', ...run, wantedFrom: run.start, whole: true, exact: true }
  }

  return {
    get inputs() {
      return answer.inputs
    },
    reusable: answer.inputs.length - 1,
    plan,
    begin(held) {
      fed = held
    },
    next() {
      if (ended) return null
      const reason = answer.finished() ?? (stopped ? 'aborted' : null)
      if (replays && (reason !== null || answer.segmentFull()) && answer.length > answer.segmentStart)
        return replayWish()
      if (reason === null) return readWish()
      commitRows()
      emit({ type: 'finish', reason })
      ended = true
      return null
    },
    take({ end, drafts }, answers) {
      if (replay !== null) {
        const outcome = replay.take(end, answers)
        if (outcome === null) return
        replay = null
        if ('evidence' in outcome) {
          replayCount = 0
          commit(outcome.evidence)
        } else emit({ type: 'tokens', ...outcome.replaced })
        fed = answer.inputs.length - 1
        return
      }
      fed = end
      if (end < answer.inputs.length) return
      accept(
        Array.from({ length: answers.count }, (_, i) => ({
          choose: (position: number) => answer.choose(answers.logits(i), position),
          row: answers.row(i),
          guess: drafts[i],
        })),
      )
    },
    stop() {
      stopped = true
    },
    writing: {
      sampler: answer.sampler,
      noise: answer.noise,
      get position() {
        return answer.length
      },
      room,
      takeAhead: (steps) =>
        accept(
          steps.map(({ id, row, candidateIds, candidateLogits }) => ({
            choose: (position: number) => answer.chooseAmong(candidateIds, candidateLogits, position),
            row,
            guess: id,
          })),
        ),
    },
  }
}
