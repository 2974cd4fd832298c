import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGraphEdit } from '../../../../../workers/inference/graph/graph-edit.ts'
import { integerAttributes } from '../../../../../workers/inference/graph/node-attributes.ts'
import { type GraphNode, readGraph } from '../../../../../workers/inference/graph/read-graph.ts'
import { valueTypeOf } from '../../../../../workers/inference/graph/value-type.ts'
import { changedFixture } from './changed-fixture.ts'

const MODEL = changedFixture(undefined, { positionIds: true })
const INDEX = readGraph(MODEL)

function nodeOf(opType: string): GraphNode {
  const node = INDEX.nodes.find((one) => one.opType === opType)
  if (node === undefined) throw new Error(`no ${opType}`)
  return node
}

const said = ({ opType, domain, name, inputs, outputs }: GraphNode) => ({ opType, domain, name, inputs, outputs })

describe('a graph edit', () => {
  test('that changes nothing gives the same graph', () => {
    const written = createGraphEdit(MODEL, INDEX).write()
    expect(written).not.toBe(MODEL)
    expect(readGraph(written).nodes.map(said)).toEqual(INDEX.nodes.map(said))
    // An empty graph message at the end, which merges with the first.
    expect(written.subarray(0, MODEL.length)).toEqual(MODEL)
  })

  test('changes inputs, outputs and attributes of a node, and keeps the rest of it', () => {
    const node = nodeOf('GroupQueryAttention')
    const edit = createGraphEdit(MODEL, INDEX)
    edit.change(node, { inputs: ['a', '', 'b'] })
    edit.change(node, { outputs: ['c'], attributes: { do_rotary: 1, local_window_size: 7 } })
    const model = edit.write()
    const changed = readGraph(model).nodes.find((one) => one.name === node.name)
    expect(changed && said(changed)).toEqual({ ...said(node), inputs: ['a', '', 'b'], outputs: ['c'] })
    const before = integerAttributes(MODEL, node)
    const after = changed ? integerAttributes(model, changed) : new Map()
    expect(Object.fromEntries(after)).toEqual({ ...Object.fromEntries(before), do_rotary: 1, local_window_size: 7 })
  })

  test('drops, substitutes and adds', () => {
    const edit = createGraphEdit(MODEL, INDEX)
    edit.drop(nodeOf('Shape').field)
    edit.substitute(nodeOf('ReduceSum'), [
      { opType: 'Sin', inputs: ['x'], outputs: ['y'] },
      { opType: 'Cos', inputs: ['y'], outputs: ['z'], domain: 'com.microsoft', floatAttributes: { alpha: 0.5 } },
    ])
    edit.addNode({ opType: 'Tan', inputs: ['z'], outputs: ['w'] })
    edit.addConstant('numbers', 'int64', [2], [-1, 2 ** 40])
    edit.addInput('in', 6, ['batch', 4, ''])
    edit.addOutput('w', 1)
    edit.retypeInput('input_ids', 6, ['n'])
    const model = edit.write()
    const index = readGraph(model)
    const operators = index.nodes.map((node) => node.opType)
    expect(operators).not.toContain('Shape')
    expect(operators.slice(INDEX.nodes.indexOf(nodeOf('ReduceSum')))[0]).toBe('Sin')
    expect(operators.at(-1)).toBe('Tan')
    expect(index.nodes.find((node) => node.opType === 'Cos')?.domain).toBe('com.microsoft')
    expect(index.initializers.has('numbers')).toBe(true)
    const type = (name: string) => {
      const field = index.inputs.get(name)
      return field && valueTypeOf(model, field)
    }
    expect(type('in')).toEqual({ name: 'in', dataType: 6, dims: ['batch', 4, ''] })
    expect(type('input_ids')).toEqual({ name: 'input_ids', dataType: 6, dims: ['n'] })
    expect([...index.outputs.keys()].at(-1)).toBe('w')
  })

  test('refuses a name that the graph or the edit has already', () => {
    const edit = createGraphEdit(MODEL, INDEX)
    edit.addInput('mine', 1)
    for (const name of ['mine', 'logits', 'input_ids', 'past_key_values.0.key']) {
      expect(() => edit.addConstant(name, 'float', [], [1])).toThrow(
        expect.objectContaining({ code: 'engine/model-unsupported', message: expect.stringContaining(name) }),
      )
    }
  })

  test('any nodes dropped leave the others as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(INDEX.nodes.length - 1)), (dropped) => {
        const edit = createGraphEdit(MODEL, INDEX)
        for (const at of dropped) edit.drop((INDEX.nodes[at] as GraphNode).field)
        const left = INDEX.nodes.filter((_, at) => !dropped.includes(at))
        if (left.length > 0) expect(readGraph(edit.write()).nodes.map(said)).toEqual(left.map(said))
      }),
      { numRuns: 50 },
    )
    expect.hasAssertions()
  })
})
