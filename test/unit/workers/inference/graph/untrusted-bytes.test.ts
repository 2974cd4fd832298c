import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CodedError } from '../../../../../src/protocol/errors.ts'
import { concatBytes } from '../../../../../src/protocol/hash.ts'
import { addFinalNormTap, appendFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'
import { createGraphEdit } from '../../../../../workers/inference/graph/graph-edit.ts'
import { lengthsAsInputs } from '../../../../../workers/inference/graph/lengths-as-inputs.ts'
import { packSlots } from '../../../../../workers/inference/graph/pack-slots.ts'
import { readGraph } from '../../../../../workers/inference/graph/read-graph.ts'
import { recogniseDecoder } from '../../../../../workers/inference/graph/recognise-decoder.ts'
import { addWantedRows } from '../../../../../workers/inference/graph/wanted-rows.ts'
import { changedFixture } from './changed-fixture.ts'
import { tinyDecoder } from './tiny-decoder.ts'
import { type TinyNode, tinyGraph, tinyModel } from './tiny-model.ts'

const MODEL = tinyDecoder({ zeroPoints: 'packed', bias: true })
const DIMENSIONS = { layers: 1, hidden: 32, heads: 2, keyValueHeads: 1, feedForward: 32, vocabulary: 40, context: 16 }
/** Everything that is looked for: lengths, rotations, a limit on rows, constants in nodes. Mostly structure: its weights are few. */
const DECODER = changedFixture(undefined, { positionIds: true, logitsToKeep: true, dimensions: DIMENSIONS })
/** Where its tensors begin. */
const STRUCTURE = Math.min(...[...readGraph(DECODER).initializers.values()].map((field) => field.start))

/** How a reader ends: a code, or a model. Anything else thrown is a bug and fails the test. */
function endOf(read: () => unknown): string {
  try {
    read()
    return 'model'
  } catch (error) {
    if (CodedError.is(error)) return error.code
    throw error
  }
}

function expectGoodEnd(bytes: Uint8Array): void {
  const allowed = ['model', 'engine/model-unreadable', 'engine/model-unsupported']
  expect(allowed).toContain(endOf(() => expandToF32(bytes)))
  expect(allowed).toContain(endOf(() => appendFinalNormTap(bytes)))
  expect(allowed).toContain(endOf(() => rewritten(bytes)))
}

/** Every transform for the fast paths; a graph of another shape is answered with a reason, and then nothing is written. */
function rewritten(bytes: Uint8Array): Uint8Array | string {
  const plan = recogniseDecoder(bytes)
  if ('plain' in plan) return plan.plain
  const edit = createGraphEdit(bytes, plan.index)
  lengthsAsInputs(edit, plan)
  addFinalNormTap(edit, addWantedRows(edit, plan))
  packSlots(bytes, plan, { slots: 2, headDimension: 4 })
  return edit.write()
}

describe('bytes from a stranger end in a coded error or a model', () => {
  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => expectGoodEnd(bytes)),
      { numRuns: 500 },
    )
    expect.hasAssertions()
  })

  test.each([
    ['a model', MODEL, fc.oneof(fc.nat(1_000), fc.integer({ min: MODEL.length - 600, max: MODEL.length - 1 }))],
    [
      'a decoder',
      DECODER,
      fc.oneof(fc.nat(STRUCTURE), fc.integer({ min: DECODER.length - 2_000, max: DECODER.length - 1 })),
    ],
  ])('%s with bytes changed, cut and inserted', (_, file, structure) => {
    const at = fc.nat(file.length - 1)
    const edit = fc.record({ at, remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) })
    // Weights are most of a file and say nothing: aim half of the edits at the structure.
    const aimed = fc.record({ at: structure, remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 2 }) })
    const flipped = fc.record({
      at: structure,
      remove: fc.constant(1),
      insert: fc.uint8Array({ minLength: 1, maxLength: 1 }),
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(edit, aimed, flipped), { minLength: 1, maxLength: 4 }), (edits) => {
        const apply = (bytes: Uint8Array, { at: cut, remove, insert }: (typeof edits)[number]) =>
          concatBytes(bytes.subarray(0, cut), insert, bytes.subarray(cut + remove))
        expectGoodEnd(edits.reduce(apply, file))
      }),
      { numRuns: 500 },
    )
    expect.hasAssertions()
  })

  test('a decoder with one name, number or operator changed for another of its own', () => {
    // Keeps every length right, so that most changes reach the transforms instead of the reader.
    const ends = new Set<string>()
    fc.assert(
      fc.property(fc.nat(STRUCTURE), fc.nat(STRUCTURE), fc.integer({ min: 1, max: 24 }), (from, to, length) => {
        const bytes = DECODER.slice()
        bytes.copyWithin(to, from, from + length)
        expectGoodEnd(bytes)
        ends.add(endOf(() => rewritten(bytes)))
      }),
      { numRuns: 1_000 },
    )
    expect(ends).toContain('model')
    expect(ends).toContain('engine/model-unreadable')
  })

  test('a decoder that is whole is rewritten', () => {
    expect(rewritten(DECODER)).toBeInstanceOf(Uint8Array)
  })

  test('a model cut anywhere inside its graph', () => {
    const ends = Array.from({ length: 400 }, (_, i) =>
      endOf(() => expandToF32(MODEL.subarray(0, Math.floor((i * MODEL.length) / 410)))),
    )
    expect(new Set(ends)).toEqual(new Set(['engine/model-unreadable']))
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a web page', new TextEncoder().encode('<!doctype html><title>404</title>')],
    ['zeros', new Uint8Array(1_000)],
    ['a number that never ends', new Uint8Array(1_000).fill(0xff)],
    ['a length of 2^63', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a node that is longer than its graph', Uint8Array.of(0x3a, 0x02, 0x0a, 0x04, 0x22, 0x02, 0x49, 0x64)],
    ['a group, which ONNX has none of', Uint8Array.of(0x3b, 0x3c)],
    ['a foreign protobuf: a name and a number', Uint8Array.of(0x0a, 0x03, 0x61, 0x62, 0x63, 0x10, 0x07)],
    ['a graph without nodes', tinyModel({ nodes: [] })],
    ['a node without an operator', tinyModel({ nodes: [{ opType: '', inputs: [], outputs: [] }] })],
    ['a name that is not text', Uint8Array.of(0x3a, 0x07, 0x0a, 0x05, 0x0a, 0x01, 0xff, 0x22, 0x00)],
  ])('%s is unreadable', (_, bytes) => {
    expect(endOf(() => expandToF32(bytes))).toBe('engine/model-unreadable')
    expect(endOf(() => appendFinalNormTap(bytes))).toBe('engine/model-unreadable')
  })

  test('the error says what to do and where the damage is', () => {
    expect(() => readGraph(MODEL.subarray(0, 3_000))).toThrow(
      expect.objectContaining({
        nextStep: expect.stringContaining('download it again'),
        details: expect.objectContaining({ position: 2 }),
      }),
    )
  })

  test('more nodes, values of a node or nested graphs than any export has are unsupported', () => {
    const node: TinyNode = { opType: 'Identity', inputs: ['a'], outputs: ['b'] }
    const many = tinyModel({ nodes: Array.from({ length: 50_001 }, () => node) })
    expect(endOf(() => readGraph(many))).toBe('engine/model-unsupported')
    const wide = tinyModel({ nodes: [{ ...node, inputs: new Array<string>(5_000).fill('a') }] })
    expect(endOf(() => readGraph(wide))).toBe('engine/model-unsupported')
    let nested = node
    for (let depth = 0; depth < 20; depth++)
      nested = { ...node, opType: 'If', graphs: [tinyGraph({ nodes: [nested] })] }
    expect(endOf(() => readGraph(tinyModel({ nodes: [nested] })))).toBe('engine/model-unsupported')
  })
})
