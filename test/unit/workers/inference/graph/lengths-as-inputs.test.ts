import { describe, expect, test } from 'vitest'
import type { OnnxGraph } from '../../../../../tools/fixtures/onnx/onnx-types.ts'
import { createGraphEdit } from '../../../../../workers/inference/graph/graph-edit.ts'
import {
  lengthsAsInputs,
  SEQLENS_INPUT,
  TOTAL_INPUT,
} from '../../../../../workers/inference/graph/lengths-as-inputs.ts'
import { readGraph } from '../../../../../workers/inference/graph/read-graph.ts'
import { recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { changedFixture, firstOf, nodesOf } from './changed-fixture.ts'
import { emptyCache, int32, int64, openOnWasm } from './run-decoder.ts'
import { bitsOf } from './run-on-wasm.ts'

const IDS = [5, 9, 3, 77, 12]
const COUNT = IDS.length
const HEAD_DIMENSION = 16
const POSITIONS = int64([0, 1, 2, 3, 4], [1, COUNT])

function rewritten(model: Uint8Array) {
  const plan = recogniseDecoder(model)
  if ('plain' in plan) throw new Error(plan.plain)
  const edit = createGraphEdit(model, plan.index)
  const inputs = lengthsAsInputs(edit, plan)
  return { plan, inputs, model: edit.write() }
}

/** Bits of the logits before and after. */
async function compare(file: Uint8Array): Promise<{ before: string; after: string; positions: string | null }> {
  const { plan, inputs, model } = rewritten(file)
  const cache = emptyCache({ layers: plan.layers, headDimension: HEAD_DIMENSION, positions: 0 })
  const original = await openOnWasm(file)
  const mask = int64(new Array<number>(COUNT).fill(1), [1, COUNT])
  const ids = int64(IDS, [1, COUNT])
  const before = await original.run({ ...cache, input_ids: ids, attention_mask: mask, position_ids: POSITIONS })
  await original.release()
  const session = await openOnWasm(model)
  const after = await session.run({
    ...cache,
    [inputs.inputIds]: int32(IDS, [1, COUNT]),
    [SEQLENS_INPUT]: int32([COUNT - 1], [1]),
    [TOTAL_INPUT]: int32([COUNT], [1]),
    ...(inputs.positions === null ? {} : { [inputs.positions]: POSITIONS }),
  })
  await session.release()
  return { before: bitsOf(before['logits']), after: bitsOf(after['logits']), positions: inputs.positions }
}

/** One rotation has a second reader, so it cannot move into the attention. */
function peek(graph: OnnxGraph): void {
  const [rotated = ''] = firstOf(graph, 'RotaryEmbedding').outputs
  graph.nodes.push({ opType: 'Shape', name: 'peek', inputs: [rotated], outputs: ['peeked'] })
}

function tellAttention(graph: OnnxGraph): void {
  graph.inputs.push({ name: 'position_ids', dataType: 7, dims: ['batch_size', 'sequence_length'] })
  for (const node of nodesOf(graph, 'GroupQueryAttention')) node.inputs = [...node.inputs.slice(0, 9), 'position_ids']
}

describe('lengthsAsInputs', () => {
  test('the mask, its nodes and the rotations are gone; lengths and 32-bit ids are fed', () => {
    const { model, inputs } = rewritten(changedFixture(undefined, { positionIds: true }))
    const index = readGraph(model)
    const fed = [...index.inputs.keys()].filter((name) => !name.startsWith('past_'))
    expect(fed.toSorted()).toEqual(['input_ids', SEQLENS_INPUT, TOTAL_INPUT].toSorted())
    expect(inputs).toEqual({ inputIds: 'input_ids', positions: null })
    const operators = new Set(index.nodes.map((node) => node.opType))
    for (const gone of ['Shape', 'ReduceSum', 'Sub', 'Cast', 'RotaryEmbedding']) expect(operators).not.toContain(gone)
  })

  test('a rotation that has to stay is fed its positions, with the same bits', async () => {
    const { before, after, positions } = await compare(changedFixture(peek, { positionIds: true }))
    expect(positions).toBe('position_ids')
    expect(after).toBe(before)
  })

  test('an attention that was told its positions counts them itself, with the same bits', async () => {
    const { before, after, positions } = await compare(changedFixture(tellAttention))
    expect(positions).toBeNull()
    expect(after).toBe(before)
  })

  test('a model that was prepared before is refused', () => {
    const { model, plan } = rewritten(changedFixture())
    expect(recogniseDecoder(model)).toEqual({ plain: expect.stringContaining('attention mask') })
    const edit = createGraphEdit(model, readGraph(model))
    expect(() => lengthsAsInputs(edit, plan)).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported', message: expect.stringContaining(SEQLENS_INPUT) }),
    )
  })
})
