import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import { minimumRows, planRuns, type RunShape } from '../generation/plan-runs.ts'
import type { Decoder } from '../session/decoder.ts'
import { createSequence, type Sequence } from '../session/sequence.ts'

/** Output rows compared bit for bit: a whole segment and a part of the next. */
export const COMPARED_ROWS = 44

/** In order of cost: a window of two is free on WASM, four rows are the fewest that 4-bit GPU kernels treat as many. */
const CANDIDATES: Exactness[] = [{ kind: 'window', rows: 2 }, { kind: 'window', rows: 4 }, { kind: 'replay' }]

/**
 * How this device can commit rows that a checker's prefill repeats bit for bit (protocol.md §4): plays provider and checker over `ids`,
 * the last COMPARED_ROWS of them as if they were output. Measured, never assumed: the first candidate without a differing bit.
 */
export async function measureExactness(
  decoder: Decoder,
  prefillChunk: number,
  ids: readonly number[],
): Promise<Exactness> {
  const promptLength = Math.max(1, ids.length - COMPARED_ROWS + 1)
  for (const exactness of CANDIDATES) {
    if (minimumRows(exactness) > prefillChunk) continue
    const shape = { exactness, prefillChunk }
    const provided = exactness.kind === 'replay' ? replayedRows : windowedRows
    if (await sameRows(decoder, shape, ids, promptLength, provided)) return exactness
  }
  return { kind: 'none' }
}

type Rows = (
  sequence: Sequence,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
) => AsyncGenerator<Float32Array, void>

async function sameRows(
  decoder: Decoder,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
  provided: Rows,
): Promise<boolean> {
  const expected: Float32Array[] = []
  for await (const row of rowsOf(decoder, shape, ids, promptLength, checkedRows)) expected.push(row)
  let index = 0
  for await (const row of rowsOf(decoder, shape, ids, promptLength, provided)) {
    if (!sameBits(row, expected[index++])) return false
  }
  return index === expected.length
}

async function* rowsOf(
  decoder: Decoder,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
  rows: Rows,
): AsyncGenerator<Float32Array, void> {
  const sequence = createSequence(decoder, minimumRows(shape.exactness))
  try {
    for await (const _ of runs(sequence, shape, ids, promptLength, 0, promptLength - 1)) void _
    yield* rows(sequence, shape, ids, promptLength)
  } finally {
    sequence.dispose()
  }
}

/** A checker's prefill. */
async function* checkedRows(
  sequence: Sequence,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
): AsyncGenerator<Float32Array, void> {
  yield* runs(sequence, shape, ids, promptLength, promptLength - 1, ids.length)
}

/** A provider's decode with a window: one id at a time. */
async function* windowedRows(
  sequence: Sequence,
  _shape: RunShape,
  ids: readonly number[],
  promptLength: number,
): AsyncGenerator<Float32Array, void> {
  for (const id of ids.slice(promptLength - 1)) yield (await sequence.extend([id])).row(0)
}

/** A provider's free decode, with each segment run again before it is committed. */
async function* replayedRows(
  sequence: Sequence,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
): AsyncGenerator<Float32Array, void> {
  for (let start = promptLength - 1; start < ids.length; start += SEGMENT_TOKENS) {
    const end = Math.min(ids.length, start + SEGMENT_TOKENS)
    for (const id of ids.slice(start, end)) await sequence.extend([id])
    sequence.truncate(start)
    yield* runs(sequence, shape, ids, promptLength, start, end)
  }
}

async function* runs(
  sequence: Sequence,
  shape: RunShape,
  ids: readonly number[],
  promptLength: number,
  from: number,
  to: number,
): AsyncGenerator<Float32Array, void> {
  for (const run of planRuns(shape, promptLength, from, to)) {
    const answers = await sequence.extend(ids.slice(run.start, run.end))
    for (let i = 0; i < answers.count; i++) yield answers.row(i)
  }
}

/** Bits, not numbers: −0 is not 0 here, and a NaN equals itself. */
function sameBits(a: Float32Array, b: Float32Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length)
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length)
  return left.every((bits, i) => bits === right[i])
}
