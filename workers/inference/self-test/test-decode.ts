import type { SelfTestStep } from '../../../src/engine/messages.ts'
import type { Exactness } from '../../../src/protocol/evidence/cell.ts'
import { minimumRows, type RunShape } from '../generation/plan-runs.ts'
import { createSequence, type Sequence } from '../session/sequence.ts'
import type { SlotDecoder } from '../session/slot-decoder.ts'
import { differenceOf, type KnownAnswers, LOGIT_TOLERANCE } from './known-answers.ts'
import { checkedRows, providedRows, rehearsePrompt, type Text } from './rehearse.ts'
import type { SelfTestOptions } from './run-self-test.ts'
import { sameBits } from './same-bits.ts'
import { testCompanions } from './test-companions.ts'

/** Output rows compared bit for bit, at least: a whole segment and a part of the next. */
const MIN_COMPARED_ROWS = 40

/** In order of cost: a window of two is free on WASM, four rows are the fewest that 4-bit GPU kernels treat as many. */
const CANDIDATES: Exactness[] = [{ kind: 'window', rows: 2 }, { kind: 'window', rows: 4 }, { kind: 'replay' }]

export interface DecodeTest {
  /** What is promised: how a checker's runs give the same bits. */
  shape: RunShape
  step: SelfTestStep
  /** Tokens committed per second; a replay's second run is part of its time. */
  tokensPerSecond: number
  /** Sequences that may share a run without a bit changing: the decoder's slots, or 1. */
  slots: number
}

type Rehearsal = Pick<DecodeTest, 'shape' | 'step' | 'tokensPerSecond'>

/**
 * How this device can commit rows that a checker's prefill repeats bit for bit (protocol.md §4): plays checker and provider over the known
 * text. Measured, never assumed: the first candidate without a differing bit. What it then writes is compared with the known
 * answers, and timed.
 */
export async function testDecode(
  decoder: SlotDecoder,
  prefillChunk: number,
  answers: KnownAnswers,
  { now, window }: Pick<SelfTestOptions, 'now' | 'window'>,
): Promise<DecodeTest> {
  const ids = [...answers.prompt, ...answers.decode.ids.slice(0, -1)]
  const text = { ids, promptLength: 1 + rowsOfPrompt(ids.length - MIN_COMPARED_ROWS, prefillChunk) }
  for (const exactness of CANDIDATES) {
    if (exactness.kind === 'window' && !(window && mayPromise(decoder, exactness.rows, prefillChunk))) continue
    const shape = { exactness, prefillChunk }
    const test = await rehearse(decoder, shape, text, answers, now, await rowsToRepeat(decoder, shape, text))
    if (test === null) continue
    const slots = (await testCompanions(decoder, shape, text)) ? decoder.slots : 1
    return { ...test, slots }
  }
  const shape: RunShape = { exactness: { kind: 'none' }, prefillChunk }
  const test = await rehearse(decoder, shape, text, answers, now, null)
  if (test === null) throw new Error('nothing was to be repeated')
  return { ...test, slots: decoder.slots }
}

/** Fewer rows than every step here has would pass, and fail in the hands of a checker whose runs have just as many as promised. */
function mayPromise({ packing, stepRows }: SlotDecoder, rows: number, prefillChunk: number): boolean {
  return rows <= prefillChunk && (packing !== 'steps' || rows >= stepRows)
}

/** Rows that a provider's prompt takes, so that its last run is a single id: the cut that a checker's runs are furthest from. */
function rowsOfPrompt(most: number, prefillChunk: number): number {
  return most < 1 ? 0 : Math.floor((most - 1) / prefillChunk) * prefillChunk + 1
}

/** Row by output position. */
async function rowsToRepeat(decoder: SlotDecoder, shape: RunShape, text: Text): Promise<Map<number, Float32Array>> {
  const rows = new Map<number, Float32Array>()
  for await (const { position, row } of checkedRows(sequenceOf(decoder, shape), shape, text)) {
    // Answers are valid until the next run only.
    if (row !== null) rows.set(position, row.slice())
  }
  return rows
}

/** Null at the first row that differs from `expected` in a bit. */
async function rehearse(
  decoder: SlotDecoder,
  shape: RunShape,
  text: Text,
  answers: KnownAnswers,
  now: () => number,
  expected: Map<number, Float32Array> | null,
): Promise<Rehearsal | null> {
  const { decode } = answers
  const rows = text.ids.length - text.promptLength + 1
  const sequence = sequenceOf(decoder, shape)
  await rehearsePrompt(sequence, shape, text)
  const startedMs = now()
  let passed = true
  let maxDifference = 0
  for await (const { position, row, logits } of providedRows(sequence, shape, text)) {
    if (row !== null && expected !== null && !sameBits(row, expected.get(position))) return null
    const known = decode.top[position - (rows - decode.top.length)]
    if (known === undefined) continue
    const { absolute, relative } = differenceOf(logits, known)
    passed &&= relative <= LOGIT_TOLERANCE
    maxDifference = Math.max(maxDifference, absolute)
  }
  const tokensPerSecond = (rows * 1_000) / Math.max(1, now() - startedMs)
  return { shape, step: { name: `decode of ${decode.top.length}`, passed, maxDifference }, tokensPerSecond }
}

function sequenceOf(decoder: SlotDecoder, { exactness }: RunShape): Sequence {
  return createSequence(decoder, 0, decoder.exactRows ?? minimumRows(exactness))
}
