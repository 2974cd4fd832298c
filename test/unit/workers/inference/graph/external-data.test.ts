import { describe, expect, test } from 'vitest'
import { createDecoderFixture } from '../../../../../tools/fixtures/decoder-fixture.ts'
import { appendFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'

/** Two data files, so that a place means a file and an offset. */
const { files, modelPath, dataPaths } = createDecoderFixture({
  family: 'llama',
  precision: 'q4',
  positionIds: false,
  externalData: true,
  seed: 1,
  maxDataFileBytes: 60_000,
})
const MODEL = files.get(modelPath) ?? new Uint8Array()
const DATA = dataPaths.map((path) => ({
  path: path.slice(path.lastIndexOf('/') + 1),
  data: files.get(path) ?? new Uint8Array(),
}))
/** Of two layers of seven products, and the head. */
const F32_BYTES = 4 * (2 * 64 * (64 + 2 * 32 + 64 + 3 * 96) + 64 * 192)

describe('weights in files of their own', () => {
  test('are read from wherever they lie, and what is no product stays there', () => {
    expect(DATA.length).toBeGreaterThan(1)
    const { model, expanded } = expandToF32(MODEL, { externalData: DATA })
    expect(expanded).toBe(15)
    expect(model.length).toBeGreaterThan(F32_BYTES)
    const text = new TextDecoder('latin1').decode(model)
    // The table of embeddings and those of the rotation are still read from there.
    expect(text.split('location')).toHaveLength(1 + 3)
  })

  test('are left alone by the tap, which needs none of them', () => {
    expect(appendFinalNormTap(MODEL).model.length - MODEL.length).toBeLessThan(300)
  })

  test('that are not given are unsupported', () => {
    for (const externalData of [[], DATA.slice(0, 1)]) {
      expect(() => expandToF32(MODEL, { externalData })).toThrow(
        expect.objectContaining({
          code: 'engine/model-unsupported',
          message: expect.stringContaining('in another file'),
        }),
      )
    }
  })

  test('that would lie behind the end of their file are unreadable', () => {
    const externalData = DATA.map(({ path, data }) => ({ path, data: data.subarray(0, data.length - 1) }))
    expect(() => expandToF32(MODEL, { externalData })).toThrow(
      expect.objectContaining({ code: 'engine/model-unreadable', message: expect.stringContaining('outside') }),
    )
  })

  test.each([
    ['-0001', 'below nought'],
    ['99999', 'beyond'],
    ['zeros', 'no number'],
  ])('at offset %s: %s, unreadable', (offset) => {
    // An offset of as many characters keeps every length in the file right.
    const model = MODEL.slice()
    const from = findOffset(model, offset.length)
    model.set(new TextEncoder().encode(offset), from)
    expect(() => expandToF32(model, { externalData: DATA })).toThrow(
      expect.objectContaining({ code: 'engine/model-unreadable' }),
    )
  })

  test('larger than asked for in float32: refused before anything is allocated', () => {
    expect(() => expandToF32(MODEL, { externalData: DATA, maxBytes: F32_BYTES })).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported', message: expect.stringContaining('at most') }),
    )
  })
})

/** Where some product's offset of so many digits is written. */
function findOffset(model: Uint8Array, digits: number): number {
  const text = new TextDecoder('latin1').decode(model)
  for (const match of text.matchAll(/MatMul\.weight[^]{0,200}?offset\W+?(\d+)/g)) {
    if (match[1]?.length === digits && match.index !== undefined) return match.index + match[0].length - digits
  }
  throw new Error(`no offset of ${digits} digits`)
}
