import { describe, expect, test } from 'vitest'
import type { DecoderOptions } from '../../../../../tools/fixtures/decoder/decoder-plan.ts'
import type { OnnxGraph } from '../../../../../tools/fixtures/onnx/onnx-types.ts'
import { type DecoderPlan, recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { addIntegers, addNode, changedFixture, firstOf, nodesOf } from './changed-fixture.ts'

const INT64 = 7

function planOf(change?: (graph: OnnxGraph) => void, options?: Partial<DecoderOptions>): DecoderPlan {
  const plan = recogniseDecoder(changedFixture(change, options))
  if ('plain' in plan) throw new Error(plan.plain)
  return plan
}

function renameAll(graph: OnnxGraph): void {
  const names = new Map<string, string>()
  const renamed = (name: string) => {
    if (name === '') return ''
    if (!names.has(name)) names.set(name, `v${names.size}`)
    return names.get(name) ?? ''
  }
  for (const node of graph.nodes) {
    node.name = ''
    node.inputs = node.inputs.map(renamed)
    node.outputs = node.outputs.map(renamed)
  }
  for (const value of [...graph.inputs, ...graph.outputs, ...graph.initializers]) value.name = renamed(value.name)
  graph.valueInfo = []
}

describe('recogniseDecoder', () => {
  test('finds the cache, the lengths, the positions and the head of a decoder', () => {
    const plan = planOf(undefined, { positionIds: true })
    expect(plan.inputIds).toMatchObject({ name: 'input_ids', dataType: INT64 })
    expect(plan.lengths.mask).toBe('attention_mask')
    expect([...plan.lengths.nodes].map((node) => node.opType).toSorted()).toEqual(
      ['Cast', 'Cast', 'Gather', 'ReduceSum', 'Shape', 'Sub'].toSorted(),
    )
    expect(plan.positions).toMatchObject({ kind: 'rotary', input: 'position_ids', foldable: true })
    expect(plan.layers.map(({ pastKey, presentValue }) => [pastKey, presentValue])).toEqual([
      ['past_key_values.0.key', 'present.0.value'],
      ['past_key_values.1.key', 'present.1.value'],
    ])
    expect(plan.layers[0]).toMatchObject({ heads: 4, keyValueHeads: 2, headDimension: 16, cacheType: 1 })
    expect(plan.head).toMatchObject({ logits: 'logits', keep: null })
    expect(plan.head.norm.opType).toBe('SkipSimplifiedLayerNormalization')
  })

  test('goes by structure: a graph whose every name is another is the same decoder', () => {
    for (const positionIds of [false, true]) {
      const [named, renamed] = [planOf(undefined, { positionIds }), planOf(renameAll, { positionIds })]
      expect(renamed.layers.map((layer) => layer.integers)).toEqual(named.layers.map((layer) => layer.integers))
      expect(renamed.lengths.nodes.size).toBe(named.lengths.nodes.size)
      expect(renamed.positions.foldable).toBe(true)
      expect(renamed.inputIds.name).toMatch(/^v\d+$/)
    }
  })

  test('an input that nothing reads is no obstacle', () => {
    const plan = planOf((graph) => {
      graph.inputs.push({ name: 'position_ids', dataType: INT64, dims: ['batch_size', 'sequence_length'] })
    })
    expect(plan.unusedInputs).toEqual(['position_ids'])
    expect(plan.positions).toMatchObject({ kind: 'none', input: null })
  })

  test('positions that the attention is told are the ones it would count itself', () => {
    const plan = planOf((graph) => {
      graph.inputs.push({ name: 'position_ids', dataType: INT64, dims: ['batch_size', 'sequence_length'] })
      for (const node of nodesOf(graph, 'GroupQueryAttention')) {
        node.inputs = [...node.inputs.slice(0, 9), 'position_ids']
      }
    })
    expect(plan.positions).toMatchObject({ kind: 'attention', input: 'position_ids', foldable: true })
  })

  test.each<[string, (graph: OnnxGraph) => void]>([
    [
      'partial',
      (graph) =>
        (firstOf(graph, 'RotaryEmbedding').attributes = { rotary_embedding_dim: { int: 8 }, num_heads: { int: 4 } }),
    ],
    ['scaled', (graph) => (firstOf(graph, 'RotaryEmbedding').attributes = { scale: { float: 0.5 } })],
    [
      'interleaved for queries only',
      (graph) => (firstOf(graph, 'RotaryEmbedding').attributes = { interleaved: { int: 1 } }),
    ],
    [
      'read by others too',
      (graph) => {
        const { outputs } = firstOf(graph, 'RotaryEmbedding')
        graph.nodes.push({ opType: 'Shape', name: 'peek', inputs: [outputs[0] ?? ''], outputs: ['peeked'] })
      },
    ],
  ])('a rotation that is %s stays outside of the attention, and positions have to be fed', (_, change) => {
    expect(planOf(change, { positionIds: true }).positions).toMatchObject({ kind: 'rotary', foldable: false })
  })

  test.each<[string, RegExp, (graph: OnnxGraph) => void, Partial<DecoderOptions>?]>([
    [
      'the mask also makes a bias',
      /mask is used for more/,
      (graph) =>
        addNode(graph, {
          opType: 'Cast',
          inputs: ['attention_mask'],
          outputs: ['bias'],
          attributes: { to: { int: 1 } },
        }),
    ],
    [
      'a length leaves the graph',
      /mask is used for more/,
      (graph) =>
        graph.outputs.push({
          name: firstOf(graph, 'ReduceSum').outputs[0] ?? '',
          dataType: INT64,
          dims: ['batch_size'],
        }),
    ],
    [
      'the lengths are one too long',
      /not those of its attention mask/,
      (graph) => Object.assign(firstOf(graph, 'Sub'), { opType: 'Add' }),
    ],
    [
      'the lengths are computed in an unknown way',
      /not known \(Mod\)/,
      (graph) => Object.assign(firstOf(graph, 'Sub'), { opType: 'Mod' }),
    ],
    [
      'the lengths go round in circles',
      /not known|attention mask alone/,
      (graph) => {
        firstOf(graph, 'ReduceSum').inputs = [
          firstOf(graph, 'Sub').outputs[0] ?? '',
          addIntegers(graph, 'axis', [1], [1]),
        ]
      },
    ],
    [
      'the lengths come from two inputs',
      /attention mask alone/,
      (graph) => {
        graph.inputs.push({ name: 'other', dataType: INT64, dims: ['b', 't'] })
        firstOf(graph, 'Shape').inputs = ['other']
      },
    ],
    [
      'attention takes a bias',
      /takes a bias/,
      (graph) => {
        const node = firstOf(graph, 'GroupQueryAttention')
        graph.inputs.push({ name: 'bias', dataType: 1, dims: [] })
        node.inputs = [...node.inputs.slice(0, 9), '', 'bias']
      },
    ],
    [
      'the cache is quantised',
      /cache is quantised/,
      (graph) => {
        const node = firstOf(graph, 'GroupQueryAttention')
        node.inputs = [...node.inputs.slice(0, 9), '', '', '', 'cos_cache']
      },
    ],
    [
      'two layers share a cache',
      /input of its own/,
      (graph) => {
        const [first, second] = nodesOf(graph, 'GroupQueryAttention')
        if (first && second)
          second.inputs = [...second.inputs.slice(0, 3), ...first.inputs.slice(3, 5), ...second.inputs.slice(5)]
      },
    ],
    [
      'a cache is read on the way',
      /output of its own/,
      (graph) => addNode(graph, { opType: 'Identity', inputs: ['present.0.key'], outputs: ['seen'] }),
    ],
    [
      'there are embeddings instead of ids',
      /token ids/,
      (graph) => {
        const [first] = graph.inputs
        if (first) Object.assign(first, { dataType: 1 })
      },
    ],
    [
      'the ids are used for more',
      /token ids/,
      (graph) => addNode(graph, { opType: 'Shape', inputs: ['input_ids'], outputs: ['count'] }),
    ],
    [
      'there is a second output',
      /2 outputs/,
      (graph) => {
        graph.outputs.push({ name: 'hidden', dataType: 1, dims: [] })
        addNode(graph, { opType: 'Identity', inputs: ['cos_cache'], outputs: ['hidden'] })
      },
    ],
    [
      'positions come from elsewhere',
      /straight from one input/,
      (graph) => {
        for (const node of nodesOf(graph, 'RotaryEmbedding'))
          node.inputs = [node.inputs[0] ?? '', addIntegers(graph, `at_${node.name}`, [0], [1]), ...node.inputs.slice(2)]
      },
      { positionIds: true },
    ],
    [
      'there is no attention',
      /no GroupQueryAttention/,
      (graph) => {
        for (const node of nodesOf(graph, 'GroupQueryAttention')) node.opType = 'Attention'
      },
    ],
    [
      'the head is none',
      /not come from one matrix product/,
      (graph) => {
        const head = graph.nodes.at(-1)
        if (head) head.opType = 'Conv'
      },
    ],
  ])('%s: the answer is a reason, not an error', (_, reason, change, options) => {
    expect(recogniseDecoder(changedFixture(change, options))).toEqual({ plain: expect.stringMatching(reason) })
  })
})
