import { MAX_TOP_K } from '../../../src/protocol/limits.ts'
import { TAP_NAME } from './append-final-norm-tap.ts'
import type { GraphEdit } from './graph-edit.ts'
import { SEQLENS_INPUT, TOTAL_INPUT } from './lengths-as-inputs.ts'
import { DATA_TYPE } from './onnx-fields.ts'
import type { NodeToWrite } from './onnx-messages.ts'

/**
 * What a captured step adds to a decoder, so that the next step needs nothing from the host (engine.md 6 and 7).
 * B slots, S rows each (W in the loop: the window), V vocabulary, H hidden size, k = min(64, V). All float32 and int32.
 *
 * | name                     | type          | what |
 * |--------------------------|---------------|------|
 * | in  `input_ids` (its own name) | int32 [B, S] | the window: the last S ids of each slot |
 * | in  `locus.seqlens_k`    | int32 [B]     | tokens of a slot after this run, less one |
 * | in  `locus.total_len`    | int32 [1]     | the largest of them, plus one |
 * | in  past … / out present … | cache [B, kvHeads, context, headDim] | one buffer for both; names in the plan's layers |
 * | out logits (its own name) | [B, S, V]    | as in the file |
 * | out `locus.final_norm`   | f32 [B, S, H] | the tap |
 * | out `locus.newest_row`   | f32 [B, H]    | the last row of the tap |
 * | out `locus.top_values`   | f32 [B, k]    | largest logits of the last row, descending |
 * | out `locus.top_ids`      | int32 [B, k]  | their ids; of equal ones the smaller first, as far as the device's TopK keeps that order |
 *
 * With `choice` other than `candidates`:
 *
 * | name                     | type          | what |
 * |--------------------------|---------------|------|
 * | out `locus.chosen_ids`   | int32 [B, 1]  | the device's own choice: a guess until the token rule agrees |
 * | out `locus.next_ids`     | int32 [B, W]  | the window moved on by the choice; may be the buffer of `input_ids` |
 * | out `locus.seqlens_next` | int32 [B]     | plus one; may be the buffer of `locus.seqlens_k` |
 * | out `locus.total_next`   | int32 [1]     | plus one; may be the buffer of `locus.total_len` |
 *
 * With `choice: 'sampled'`, by slot; a greedy slot has temperature 0, inverse temperature 1, top-k 1 and top-p 2:
 *
 * | name                     | type          | what |
 * |--------------------------|---------------|------|
 * | in  `locus.temperature`  | f32 [B, 1]    | T |
 * | in  `locus.inverse_temperature` | f32 [B, 1] | 1/T |
 * | in  `locus.top_k`        | f32 [B, 1]    | 1 … 64 |
 * | in  `locus.top_p`        | f32 [B, 1]    | share to reach, e.g. 0.9; 2 for 1, so that rounding drops nobody |
 * | in  `locus.noise`        | f32 [B, V]    | Gumbel noise of this step's output position for every id |
 *
 * The state that may share a buffer with its input depends on the choice, hence on every reader of the old state (engine.md 5).
 * The outputs end in real kernels: a Squeeze or Reshape into an output is not replayed.
 */
export interface TokenHeadOptions {
  /** Name of the logits. */
  logits: string
  /** Of the logits: float32 or float16. */
  logitsType: number
  /** Last dimension of the logits. */
  vocabularySize: number
  /** Name of the token ids. */
  inputIds: string
  choice: Choice
  /** Rows of a step of the loop, W; `locus.next_ids` is for runs of that many rows. */
  window: number
}

/** `candidates` leaves the choice to the host, or to a shader of one's own. */
export type Choice = 'candidates' | 'greedy' | 'sampled'

export const TOKEN_HEAD = {
  newestRow: 'locus.newest_row',
  topValues: 'locus.top_values',
  topIds: 'locus.top_ids',
  chosenIds: 'locus.chosen_ids',
  nextIds: 'locus.next_ids',
  seqlensNext: 'locus.seqlens_next',
  totalNext: 'locus.total_next',
  temperature: 'locus.temperature',
  inverseTemperature: 'locus.inverse_temperature',
  topK: 'locus.top_k',
  topP: 'locus.top_p',
  noise: 'locus.noise',
} as const

/** Below every logit, and still a number: the Where of a GPU need not know infinities. */
const NEVER = -3e38

/** Adds the token head to a graph with lengths as inputs and the final-norm tap. */
export function addTokenHead(edit: GraphEdit, options: TokenHeadOptions): void {
  const { newestRow, topValues, topIds } = TOKEN_HEAD
  const k = Math.min(MAX_TOP_K, options.vocabularySize)
  let { logits } = options
  if (options.logitsType !== DATA_TYPE.float) {
    edit.addNode(cast(logits, 'locus.logits_f32', DATA_TYPE.float))
    logits = 'locus.logits_f32'
  }
  edit.addConstant('locus.last', 'int32', [], [-1])
  edit.addNode(gather(logits, 'locus.last', 'locus.newest_logits', 1))
  edit.addNode(gather(TAP_NAME, 'locus.last', newestRow, 1))
  edit.addConstant('locus.k', 'int64', [1], [k])
  edit.addNode({
    opType: 'TopK',
    inputs: ['locus.newest_logits', 'locus.k'],
    outputs: [topValues, 'locus.top_ids_64'],
    attributes: { axis: -1, largest: 1, sorted: 1 },
  })
  edit.addNode(cast('locus.top_ids_64', topIds, DATA_TYPE.int32))
  edit.addOutput(newestRow, DATA_TYPE.float)
  edit.addOutput(topValues, DATA_TYPE.float)
  edit.addOutput(topIds, DATA_TYPE.int32)

  if (options.choice === 'greedy') addGreedyChoice(edit)
  if (options.choice === 'sampled') addSampledChoice(edit, k, options.vocabularySize)
  if (options.choice !== 'candidates') addNextState(edit, options.inputIds, options.window)
}

/** The first of equal logits, as the token rule has it. */
function addGreedyChoice(edit: GraphEdit): void {
  edit.addNode({
    opType: 'ArgMax',
    inputs: ['locus.newest_logits'],
    outputs: ['locus.chosen_64'],
    attributes: { axis: -1, keepdims: 1 },
  })
  edit.addNode(cast('locus.chosen_64', TOKEN_HEAD.chosenIds, DATA_TYPE.int32))
}

/** argmax of z + T·g over the first top-k logits, as far as their probability before each is below top-p (token-rule.ts). */
function addSampledChoice(edit: GraphEdit, k: number, vocabularySize: number): void {
  const { temperature, inverseTemperature, topK, topP, noise, topValues, topIds } = TOKEN_HEAD
  for (const name of [temperature, inverseTemperature, topK, topP]) {
    edit.addInput(name, DATA_TYPE.float, ['batch_size', 1])
  }
  edit.addInput(noise, DATA_TYPE.float, ['batch_size', vocabularySize])
  const ranks = Array.from({ length: k }, (_, rank) => rank)
  edit.addConstant('locus.ranks', 'float', [1, k], ranks)
  edit.addConstant('locus.never', 'float', [1], [NEVER])
  edit.addConstant('locus.axis_1', 'int64', [], [1])

  const step = (opType: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => {
    edit.addNode({ opType, inputs, outputs: [output], attributes })
    return output
  }
  const inTopK = step('Less', ['locus.ranks', topK], 'locus.in_top_k')
  const scaled = step('Mul', [topValues, inverseTemperature], 'locus.scaled')
  const limited = step('Where', [inTopK, scaled, 'locus.never'], 'locus.limited')
  const shares = step('Softmax', [limited], 'locus.shares', { axis: -1 })
  const before = step('CumSum', [shares, 'locus.axis_1'], 'locus.share_before', { exclusive: 1 })
  const inTopP = step('Less', [before, topP], 'locus.in_top_p')
  const ownNoise = step('GatherElements', [noise, topIds], 'locus.own_noise', { axis: 1 })
  const heat = step('Mul', [ownNoise, temperature], 'locus.heat')
  const score = step('Add', [topValues, heat], 'locus.score')
  const scoreInK = step('Where', [inTopK, score, 'locus.never'], 'locus.score_in_k')
  const scoreKept = step('Where', [inTopP, scoreInK, 'locus.never'], 'locus.score_kept')
  const place = step('ArgMax', [scoreKept], 'locus.place_64', { axis: -1, keepdims: 1 })
  edit.addNode(cast(place, 'locus.place', DATA_TYPE.int32))
  // WebGPU's GatherElements picks floats only; ids stay below 2^24, so they survive the journey.
  edit.addNode(cast(topIds, 'locus.top_ids_f32', DATA_TYPE.float))
  step('GatherElements', ['locus.top_ids_f32', 'locus.place'], 'locus.chosen_f32', { axis: 1 })
  edit.addNode(cast('locus.chosen_f32', TOKEN_HEAD.chosenIds, DATA_TYPE.int32))
}

function addNextState(edit: GraphEdit, inputIds: string, window: number): void {
  const { chosenIds, nextIds, seqlensNext, totalNext } = TOKEN_HEAD
  const shifted = Array.from({ length: window }, (_, at) => at + 1)
  edit.addConstant('locus.shift', 'int32', [window], shifted)
  edit.addConstant('locus.first', 'int32', [], [0])
  edit.addConstant('locus.first_row', 'int32', [1], [0])
  edit.addConstant('locus.zero_i32', 'int32', [1], [0])
  edit.addConstant('locus.one_i32', 'int32', [1], [1])
  edit.addNode({
    opType: 'Concat',
    inputs: [inputIds, chosenIds],
    outputs: ['locus.ids_and_next'],
    attributes: { axis: 1 },
  })
  // A Gather, because WebGPU has no Slice of integers.
  edit.addNode(gather('locus.ids_and_next', 'locus.shift', nextIds, 1))
  // Nought, made from the choice: what is computed with it comes after whatever the choice was computed from.
  edit.addNode(gather(chosenIds, 'locus.first', 'locus.chosen_flat', 1))
  edit.addNode(binary('Mul', 'locus.chosen_flat', 'locus.zero_i32', 'locus.nothing'))
  edit.addNode(gather('locus.nothing', 'locus.first_row', 'locus.nothing_total', 0))
  // Two steps each: one kernel must not read and write the same buffer.
  edit.addNode(binary('Add', SEQLENS_INPUT, 'locus.one_i32', 'locus.seqlens_more'))
  edit.addNode(binary('Add', 'locus.seqlens_more', 'locus.nothing', seqlensNext))
  edit.addNode(binary('Add', TOTAL_INPUT, 'locus.one_i32', 'locus.total_more'))
  edit.addNode(binary('Add', 'locus.total_more', 'locus.nothing_total', totalNext))
  for (const name of [chosenIds, nextIds, seqlensNext, totalNext]) edit.addOutput(name, DATA_TYPE.int32)
}

function cast(input: string, output: string, to: number): NodeToWrite {
  return { opType: 'Cast', inputs: [input], outputs: [output], attributes: { to } }
}

function binary(opType: 'Add' | 'Mul', left: string, right: string, output: string): NodeToWrite {
  return { opType, inputs: [left, right], outputs: [output] }
}

function gather(data: string, indices: string, output: string, axis: number): NodeToWrite {
  return { opType: 'Gather', inputs: [data, indices], outputs: [output], attributes: { axis } }
}
