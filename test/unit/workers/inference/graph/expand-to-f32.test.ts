import { describe, expect, test } from 'vitest'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'
import { readGraph } from '../../../../../workers/inference/graph/read-graph.ts'
import { floatRows, floatsOf, largestDifference, runOnWasm } from './run-on-wasm.ts'
import { floats, generator, type TinyDecoderOptions, tinyDecoder } from './tiny-decoder.ts'
import { FLOAT, type TinyNode, tinyGraph, tinyModel, UINT8 } from './tiny-model.ts'

function rowsOf(k: number) {
  const random = generator(k)
  return floatRows(
    Array.from({ length: 5 * k }, () => random() - 0.5),
    k,
  )
}

const VARIANTS: [string, TinyDecoderOptions][] = [
  ['4-bit, default zero point', {}],
  ['4-bit, packed zero points, an odd number of blocks', { zeroPoints: 'packed', k: 96 }],
  ['4-bit, zero points as floats', { zeroPoints: 'floats' }],
  ['4-bit, a last block that is partly padding', { k: 72, zeroPoints: 'packed' }],
  ['4-bit, block of 16', { blockSize: 16 }],
  ['4-bit, bias', { bias: true }],
  ['8-bit, default zero point', { bits: 8 }],
  ['8-bit, packed zero points and bias', { bits: 8, zeroPoints: 'packed', bias: true }],
]

describe('expandToF32', () => {
  test.each(VARIANTS)('%s: the expanded model computes what the quantised one does', async (_, options) => {
    const model = tinyDecoder(options)
    const { model: expandedModel, expanded } = expandToF32(model)
    expect(expanded).toBe(2)
    expect(readGraph(expandedModel).nodes.some((node) => node.opType === 'MatMulNBits')).toBe(false)
    const x = rowsOf(options.k ?? 64)
    const original = await runOnWasm(model, { x })
    const result = await runOnWasm(expandedModel, { x })
    expect(largestDifference(original['logits'], result['logits'])).toBeLessThan(1e-4)
    expect(Math.max(...floatsOf(result['logits']))).toBeGreaterThan(0.1)
  })

  test.each([
    ['', {}],
    [' with bias', { bias: true }],
  ])('a float16 model%s keeps its float16 edges and its answers, to float16 precision', async (_, options) => {
    const model = tinyDecoder({ half: true, ...options })
    const x = rowsOf(64)
    const original = await runOnWasm(model, { x })
    const result = await runOnWasm(expandToF32(model).model, { x })
    expect(largestDifference(original['logits'], result['logits'])).toBeLessThan(0.01)
  })

  test('weights are written as (q − zero point) · scale, transposed, low half of a byte first', async () => {
    // One row of N, one block: weights 0, 1, …, 15, 0, 1, …, 15; the identity reads them back.
    const raw = Uint8Array.from({ length: 16 }, (_, i) => ((2 * i) % 16) | (((2 * i + 1) % 16) << 4))
    const model = oneProduct({ raw })
    const identity = floatRows(
      Array.from({ length: 32 * 32 }, (_, i) => (i % 33 === 0 ? 1 : 0)),
      32,
    )
    const { logits } = await runOnWasm(expandToF32(model).model, { x: identity })
    const expected = Array.from({ length: 32 }, (_, i) => ((i % 16) - 8) * 0.25)
    expect(Array.from(floatsOf(logits))).toEqual(expected)
  })

  test('scales may be stored as a list of floats', async () => {
    const raw = new Uint8Array(16).fill(0x99)
    const x = floatRows(new Array(32).fill(1), 32)
    const { logits } = await runOnWasm(expandToF32(oneProduct({ raw, scalesAsList: true })).model, { x })
    expect(Array.from(floatsOf(logits))).toEqual([32 * 0.25])
  })

  test('a table that something else reads stays, and is read as before', async () => {
    const model = tinyDecoder({ sharedWeight: true })
    const x = rowsOf(64)
    const original = await runOnWasm(model, { x })
    const result = await runOnWasm(expandToF32(model).model, { x })
    expect(largestDifference(original['table'], result['table'])).toBe(0)
    const { initializers } = readGraph(expandToF32(model).model)
    expect([...initializers.keys()].filter((name) => name.endsWith('.packed'))).toEqual(['head.packed'])
  })

  test('a model without quantised products comes back as it is', () => {
    const node: TinyNode = { opType: 'Identity', inputs: ['x'], outputs: ['logits'] }
    const model = tinyModel({ nodes: [node] })
    expect(expandToF32(model)).toEqual({ model, expanded: 0 })
  })

  test('an input file is not written to', () => {
    const model = tinyDecoder()
    const before = model.slice()
    expandToF32(model)
    expect(model).toEqual(before)
  })

  test.each<[string, string, Partial<OneProduct>]>([
    ['weights in another file', 'another file', { external: true }],
    ['reordered columns', 'reordered', { inputs: ['x', 'w', 's', '', 'w'] }],
    ['3-bit weights', '3-bit', { ints: { bits: 3 } }],
    ['weights packed for one machine', 'one kind of machine', { ints: { weight_prepacked: 1 } }],
    ['weights that are computed', 'not constants', { inputs: ['x', 'x', 's'] }],
    ['scales that are bytes', 'neither float32', { inputs: ['x', 'w', 'w'] }],
  ])('%s: refused as unsupported', (_, words, change) => {
    expect(() => expandToF32(oneProduct(change))).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported', message: expect.stringContaining(words) }),
    )
  })

  test.each<[string, Partial<OneProduct>]>([
    ['more weights claimed than there are', { ints: { N: 1_000_000 } }],
    ['sizes at the edge of 64 bits', { ints: { N: 2 ** 52, K: 2 ** 52 } }],
    ['no columns', { ints: { K: 0 } }],
    ['a block size that is no power of two', { ints: { block_size: 33 } }],
    ['too few scales', { raw: new Uint8Array(32), ints: { N: 2 } }],
    ['no input', { inputs: ['', 'w', 's'] }],
  ])('%s: refused as unreadable before anything is allocated', (_, change) => {
    expect(() => expandToF32(oneProduct(change))).toThrow(expect.objectContaining({ code: 'engine/model-unreadable' }))
  })

  test('a file that grows more than eightfold is refused: its products share bytes', () => {
    const ints = { K: 4_096, N: 1, bits: 4, block_size: 4_096 }
    const nodes: TinyNode[] = Array.from({ length: 80 }, (_, i) => ({
      opType: 'MatMulNBits',
      domain: 'com.microsoft',
      inputs: ['x', 'w', 's'],
      outputs: [`y${i}`],
      // The same block, read to a different column each time: 80 different matrices of 16 kB from 2 kB.
      ints: { ...ints, K: 4_096 - i },
    }))
    const tensors = [{ name: 'w', dataType: UINT8, dims: [1, 1, 2_048], raw: new Uint8Array(2_048) }, floats('s', [1])]
    expect(() => expandToF32(tinyModel({ nodes, tensors }))).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported' }),
    )
  })

  test('a size limit is kept', () => {
    const model = tinyDecoder()
    const { length } = expandToF32(model).model
    expect(expandToF32(model, { maxBytes: length }).expanded).toBe(2)
    expect(() => expandToF32(model, { maxBytes: length - 1 })).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported' }),
    )
  })

  test('a quantised product inside a branch is refused', () => {
    const inner = tinyGraph({
      nodes: [{ opType: 'MatMulNBits', domain: 'com.microsoft', inputs: ['x', 'w', 's'], outputs: ['y'] }],
    })
    const model = tinyModel({ nodes: [{ opType: 'If', inputs: ['c'], outputs: ['y'], graphs: [inner] }] })
    expect(() => expandToF32(model)).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
  })
})

interface OneProduct {
  raw: Uint8Array
  inputs: string[]
  ints: Record<string, number>
  external: boolean
  scalesAsList: boolean
}

/** logits = x [.., 32] times one row of one 4-bit block with scale ¼. */
function oneProduct(change: Partial<OneProduct> = {}): Uint8Array {
  const {
    raw = new Uint8Array(16),
    inputs = ['x', 'w', 's'],
    ints = {},
    external = false,
    scalesAsList = false,
  } = change
  return tinyModel({
    nodes: [
      {
        opType: 'MatMulNBits',
        domain: 'com.microsoft',
        inputs,
        outputs: ['logits'],
        ints: { K: 32, N: 1, bits: 4, block_size: 32, ...ints },
      },
    ],
    tensors: [
      { name: 'w', dataType: UINT8, dims: [1, 1, 16], raw, external },
      { ...floats('s', [0.25]), asFloatData: scalesAsList },
    ],
    inputs: [{ name: 'x', dataType: FLOAT, dims: [1, 's', 32] }],
    outputs: [{ name: 'logits', dataType: FLOAT, dims: [1, 's', 1] }],
  })
}
