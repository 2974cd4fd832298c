import { readFileSync } from 'node:fs'
import * as ort from 'onnxruntime-web/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { appendFinalNormTap } from '../../../../../workers/inference/graph/append-final-norm-tap.ts'
import { expandToF32 } from '../../../../../workers/inference/graph/expand-to-f32.ts'
import { graphHash } from '../../../../../workers/inference/graph/graph-hash.ts'
import { bitsOf, largestDifference, runOnWasm } from './run-on-wasm.ts'

const FOLDER = new URL('../../../../../public/models/locus-stories/', import.meta.url)

interface ModelConfig {
  num_hidden_layers: number
  num_key_value_heads: number
  head_dim: number
  hidden_size: number
}

/** Prefill of the first 48 known-answer tokens, with an empty cache. */
function prefill(model: Uint8Array, cache: 'float32' | 'float16', config: ModelConfig, ids: number[]) {
  const feeds: Record<string, ort.Tensor> = {
    input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
    attention_mask: new ort.Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
  }
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    for (const part of ['key', 'value']) {
      const dims = [1, config.num_key_value_heads, 0, config.head_dim]
      const empty = cache === 'float16' ? new Uint16Array(0) : new Float32Array(0)
      feeds[`past_key_values.${layer}.${part}`] = new ort.Tensor(cache, empty, dims)
    }
  }
  return runOnWasm(model, feeds)
}

describe('the embedded model', () => {
  let config: ModelConfig
  let ids: number[]
  const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, FOLDER)))
  beforeAll(() => {
    config = JSON.parse(readFileSync(new URL('config.json', FOLDER), 'utf8'))
    ids = JSON.parse(readFileSync(new URL('known-answers.json', FOLDER), 'utf8')).prompt.slice(0, 48)
  })

  test('expanded to float32 it gives the logits of its 4-bit file, and the tap changes none of their bits', async () => {
    const quantised = read('onnx/model_q4.onnx')
    const { model: expanded, expanded: products } = expandToF32(quantised)
    const { model: tapped, tapName } = appendFinalNormTap(expanded)
    // Seven products a layer, and the head.
    expect(products).toBe(7 * config.num_hidden_layers + 1)
    const original = await prefill(quantised, 'float32', config, ids)
    const untapped = await prefill(expanded, 'float32', config, ids)
    const result = await prefill(tapped, 'float32', config, ids)
    expect(largestDifference(original['logits'], untapped['logits'])).toBeLessThan(1e-4)
    expect(bitsOf(result['logits'])).toEqual(bitsOf(untapped['logits']))
    expect(result[tapName]?.dims).toEqual([1, ids.length, config.hidden_size])

    const quantisedTap = (await prefill(appendFinalNormTap(quantised).model, 'float32', config, ids))[tapName]
    expect(largestDifference(quantisedTap, result[tapName])).toBeLessThan(1e-4)
  })

  test('its float16 file can be tapped and expanded too', async () => {
    const { model: expanded } = expandToF32(read('onnx/model_q4f16.onnx'))
    const { model: tapped, tapName } = appendFinalNormTap(expanded)
    const full = await prefill(read('onnx/model_q4.onnx'), 'float32', config, ids)
    const result = await prefill(tapped, 'float16', config, ids)
    expect(result[tapName]?.type).toBe('float32')
    expect(largestDifference(full['logits'], result['logits'])).toBeLessThan(0.1)
  })

  test('the graph as run is the same file every time: its hash can be in the cell', async () => {
    const transform = () => appendFinalNormTap(expandToF32(read('onnx/model_q4.onnx')).model).model
    const hash = await graphHash(transform())
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await graphHash(transform())).toBe(hash)
    expect(await graphHash(expandToF32(read('onnx/model_q4.onnx')).model)).not.toBe(hash)
  })
})
