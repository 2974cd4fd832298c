import { describe, expect, test } from 'vitest'
import { appendFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'
import { bitsOf, floatRows, floatsOf, runOnWasm } from './run-on-wasm.ts'
import { floats, generator, tinyDecoder } from './tiny-decoder.ts'
import { FLOAT, type TinyNode, type TinyValue, tinyModel } from './tiny-model.ts'

const random = generator(3)
const x = floatRows(
  Array.from({ length: 7 * 64 }, () => random() - 0.5),
  64,
)
const LOGITS: TinyValue = { name: 'logits', dataType: FLOAT, dims: [1, 's', 2] }

describe('appendFinalNormTap', () => {
  test('the tapped model gives the same logits, bit for bit, and the rows that the head multiplies', async () => {
    const model = tinyDecoder()
    const { model: tapped, tapName } = appendFinalNormTap(model)
    const untapped = await runOnWasm(model, { x })
    const result = await runOnWasm(tapped, { x })
    expect(bitsOf(result['logits'])).toEqual(bitsOf(untapped['logits']))
    const tap = result[tapName]
    expect(tap?.type).toBe('float32')
    expect(tap?.dims).toEqual([1, 7, 64])
    expect(logitsOf(floatsOf(tap))).toEqual(
      Array.from(floatsOf(untapped['logits']), (value) => expect.closeTo(value, 4)),
    )
  })

  test('only bytes at the end are added, a few hundred of them', () => {
    const model = tinyDecoder()
    const { model: tapped } = appendFinalNormTap(model)
    expect(tapped.subarray(0, model.length)).toEqual(model)
    expect(tapped.length - model.length).toBeLessThan(300)
  })

  test('after expansion to float32 the tap is still found, and changes no bit of the logits', async () => {
    const { model } = expandToF32(tinyDecoder({ bias: false }))
    const { model: tapped, tapName } = appendFinalNormTap(model)
    const untapped = await runOnWasm(model, { x })
    const result = await runOnWasm(tapped, { x })
    expect(bitsOf(result['logits'])).toEqual(bitsOf(untapped['logits']))
    expect(result[tapName]?.dims).toEqual([1, 7, 64])
  })

  test.each([false, true])(
    'a float16 model is tapped in float32, through the casts at its edges (expanded: %s)',
    async (expand) => {
      const original = tinyDecoder({ half: true })
      const model = expand ? expandToF32(original).model : original
      const { model: tapped, tapName } = appendFinalNormTap(model)
      const untapped = await runOnWasm(model, { x })
      const result = await runOnWasm(tapped, { x })
      expect(bitsOf(result['logits'])).toEqual(bitsOf(untapped['logits']))
      expect(result[tapName]?.type).toBe('float32')
      expect(result[tapName]?.dims).toEqual([1, 7, 64])
    },
  )

  test('a norm written in parts, ending in the product with its weight, is recognised', async () => {
    const model = tinyModel({
      nodes: [
        { opType: 'Mul', inputs: ['x', 'gain'], outputs: ['normed'] },
        { opType: 'Identity', inputs: ['normed'], outputs: ['same'] },
        { opType: 'MatMul', inputs: ['same', 'w'], outputs: ['product'] },
        { opType: 'Identity', inputs: ['product'], outputs: ['logits'] },
      ],
      tensors: [
        { ...floats('gain', [3, 5]), dims: [2] },
        { ...floats('w', [1, 0, 0, 1]), dims: [2, 2] },
      ],
      inputs: [{ name: 'x', dataType: FLOAT, dims: [1, 's', 2] }],
      outputs: [LOGITS],
    })
    const { model: tapped, tapName } = appendFinalNormTap(model)
    const result = await runOnWasm(tapped, { x: floatRows([1, 2], 2) })
    expect(Array.from(floatsOf(result[tapName]))).toEqual([3, 10])
  })

  const norm: TinyNode = { opType: 'SimplifiedLayerNormalization', inputs: ['x', 'gain'], outputs: ['normed'] }
  const head: TinyNode = { opType: 'MatMul', inputs: ['normed', 'w'], outputs: ['logits'] }
  test.each<[string, string, TinyNode[], TinyValue[]]>([
    ['no output named logits', 'no output named logits', [norm, head], [{ ...LOGITS, name: 'scores' }]],
    ['logits that nothing computes', 'do not come from', [norm], [LOGITS]],
    ['logits that are chosen, not multiplied', 'do not come from', [norm, { ...head, opType: 'ArgMax' }], [LOGITS]],
    ['a head over rows cut out of the sequence', 'is not a norm', [{ ...norm, opType: 'Gather' }, head], [LOGITS]],
    [
      'a value that already has the name',
      'already has',
      [norm, head, { ...norm, outputs: ['locus.final_norm'] }],
      [LOGITS],
    ],
    [
      'nodes that feed each other',
      'do not come from',
      [{ opType: 'Cast', inputs: ['logits'], outputs: ['logits'] }],
      [LOGITS],
    ],
  ])('%s: refused as unsupported', (_, words, nodes, outputs) => {
    expect(() => appendFinalNormTap(tinyModel({ nodes, outputs }))).toThrow(
      expect.objectContaining({ code: 'engine/model-unsupported', message: expect.stringContaining(words) }),
    )
  })
})

/** The head's product, done here: 40 columns of 4-bit weights from the generator of `tinyDecoder`. */
function logitsOf(rows: Float32Array): number[] {
  const draw = generator('head'.length + 40)
  const packed = Uint8Array.from({ length: 40 * 32 }, () => Math.floor(draw() * 256))
  const scales = Array.from({ length: 80 }, (_, i) => (i % 9 === 0 ? -1 : 1) * (0.01 + draw() / 50))
  const weight = (n: number, k: number) =>
    ((((packed[n * 32 + (k >> 1)] ?? 0) >> (4 * (k % 2))) % 16) - 8) * (scales[n * 2 + Math.floor(k / 32)] ?? 0)
  return Array.from({ length: rows.length / 64 }, (_, s) =>
    Array.from({ length: 40 }, (_none, n) =>
      Array.from(rows.subarray(64 * s, 64 * s + 64), (h, k) => h * weight(n, k)).reduce((a, b) => a + b),
    ),
  ).flat()
}
