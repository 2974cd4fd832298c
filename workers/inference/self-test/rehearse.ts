import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { planRuns, type RunShape } from '../generation/plan-runs.ts'
import type { Sequence } from '../session/sequence.ts'

/** Ids of a known text, the last `ids.length − promptLength + 1` of which are fed to choose output. */
export interface Text {
  ids: readonly number[]
  promptLength: number
}

export interface RehearsedRow {
  /** Output position that the logits choose. */
  position: number
  /** Null while it is provisional: a free step of a device that replays. */
  row: Float32Array | null
  logits: Float32Array
}

type Rows = AsyncGenerator<RehearsedRow, void>

/** Feeds the prompt without its last id, in the runs that provider and checker share. */
export async function rehearsePrompt(sequence: Sequence, shape: RunShape, text: Text): Promise<void> {
  for (const { start, end } of planRuns(shape, text.promptLength, 0, text.promptLength - 1)) {
    await sequence.extend(text.ids.slice(start, end))
  }
}

/** The output's rows as a checker's prefill over everything gives them; those of the prompt have negative positions. */
export async function* checkedRows(sequence: Sequence, shape: RunShape, text: Text): Rows {
  yield* rowsOfRuns(sequence, shape, text, 0, text.ids.length)
}

/** The output's rows as a provider commits them: one id at a time, or, when it replays, each segment once more as one run. */
export async function* providedRows(sequence: Sequence, shape: RunShape, text: Text): Rows {
  const { ids, promptLength } = text
  const replays = shape.exactness.kind === 'replay'
  for (let start = promptLength - 1; start < ids.length; start += SEGMENT_TOKENS) {
    const end = Math.min(ids.length, start + SEGMENT_TOKENS)
    for (let i = start; i < end; i++) {
      const answers = await sequence.extend(ids.slice(i, i + 1))
      const row = replays ? null : answers.row(0)
      yield { position: i - promptLength + 1, row, logits: answers.logits(0) }
    }
    if (!replays) continue
    sequence.truncate(start)
    yield* rowsOfRuns(sequence, shape, text, start, end)
  }
}

async function* rowsOfRuns(sequence: Sequence, shape: RunShape, text: Text, from: number, to: number): Rows {
  for (const { start, end } of planRuns(shape, text.promptLength, from, to)) {
    const answers = await sequence.extend(text.ids.slice(start, end))
    for (let i = 0; i < answers.count; i++) {
      yield { position: start + i - text.promptLength + 1, row: answers.row(i), logits: answers.logits(i) }
    }
  }
}
