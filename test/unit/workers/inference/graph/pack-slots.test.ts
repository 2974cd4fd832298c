import { describe, expect, it } from 'vitest'
import { FIXTURES } from '../../../../../tools/fixtures/fixtures.ts'
import { isPackable, packSlots, slotNames, UNPACK_INPUT } from '../../../../../workers/inference/graph/pack-slots.ts'
import { readGraph } from '../../../../../workers/inference/graph/read-graph.ts'
import { type DecoderPlan, recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { WANTED_INPUT } from '../../../../../workers/inference/graph/wanted-rows.ts'

function prepared(name: string): { model: Uint8Array; plan: DecoderPlan } {
  const fixture = FIXTURES.find((one) => one.name === name)?.create()
  const model = fixture?.files.get(fixture.modelPath)
  if (model === undefined) throw new Error(`no fixture ${name}`)
  const plan = recogniseDecoder(model)
  if ('plain' in plan) throw new Error(plan.plain)
  return { model, plan }
}

const OPTIONS = { slots: 3, headDimension: 16 }

describe('a graph packed for several slots', () => {
  it('has inputs and outputs of each slot, and none of the exported graph but its token ids and logits', () => {
    const { model, plan } = prepared('llama fp32')
    const packed = packSlots(model, plan, OPTIONS)
    const index = readGraph(packed.model)
    const layers = plan.layers.length
    const slots = [0, 1, 2].map((slot) => slotNames(slot, layers))
    expect(packed.slots).toEqual(slots)
    expect([...index.inputs.keys()].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      [
        'input_ids',
        UNPACK_INPUT,
        WANTED_INPUT,
        ...slots.flatMap((slot) => Object.values(slot).flat()).filter((name) => !name.endsWith('.added')),
      ].toSorted((a, b) => (a < b ? -1 : 1)),
    )
    expect([...index.outputs.keys()].toSorted()).toEqual(
      ['logits', 'locus.final_norm', ...slots.map(({ added }) => added)].toSorted(),
    )
  })

  it('writes attention once for each slot behind a condition, and everything else once', () => {
    const { model, plan } = prepared('llama fp32')
    const before = plan.index.nodes.filter(({ opType }) => opType === 'MatMul').length
    const { nodes, innerNodes } = readGraph(packSlots(model, plan, OPTIONS).model)
    const count = (list: typeof nodes, op: string) => list.filter(({ opType }) => opType === op).length
    expect(count(nodes, 'MatMul')).toBe(before)
    expect(count(nodes, 'GroupQueryAttention')).toBe(0)
    expect(count(nodes, 'If')).toBe(3 * plan.layers.length)
    expect(count(innerNodes, 'GroupQueryAttention')).toBe(3 * plan.layers.length)
  })

  it('needs no condition for one slot', () => {
    const { model, plan } = prepared('llama fp32')
    const { nodes, innerNodes, inputs } = readGraph(packSlots(model, plan, { ...OPTIONS, slots: 1 }).model)
    expect(innerNodes).toEqual([])
    expect(nodes.some(({ opType }) => opType === 'If')).toBe(false)
    expect(inputs.has(slotNames(0, 1).active)).toBe(false)
  })

  it('counts positions itself where RotaryEmbedding nodes were told them', () => {
    const { model, plan } = prepared('qwen2 fp32, builder-2024, position ids')
    expect(plan.positions.kind).toBe('rotary')
    const packed = packSlots(model, plan, OPTIONS)
    expect(packed.positions).toBeNull()
    const { nodes, innerNodes } = readGraph(packed.model)
    expect([...nodes, ...innerNodes].some(({ opType }) => opType === 'RotaryEmbedding')).toBe(false)
  })

  it('is refused for a cache in half precision, with a code', () => {
    const { model, plan } = prepared('llama q4f16, position ids')
    expect(isPackable(plan)).toBe(false)
    expect(() => packSlots(model, plan, OPTIONS)).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
  })

  it('is refused a second time: names are taken', () => {
    const { model, plan } = prepared('llama fp32')
    const again = recogniseDecoder(packSlots(model, plan, OPTIONS).model)
    expect(again).toHaveProperty('plain')
  })
})
