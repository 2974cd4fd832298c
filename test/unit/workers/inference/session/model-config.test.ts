import { describe, expect, it } from 'vitest'
import { parseModelConfig, parseStopIds } from '../../../../../workers/inference/session/model-config.ts'

const config = {
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  hidden_size: 192,
  vocab_size: 4_096,
  max_position_embeddings: 512,
  eos_token_id: 0,
  rope_theta: 10_000,
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

describe('the model’s own description', () => {
  it('gives the decoder’s shape, and derives the head’s width where it is not named', () => {
    expect(parseModelConfig(json(config), null)).toEqual({
      layers: 6,
      keyValueHeads: 2,
      headDimension: 32,
      hiddenSize: 192,
      vocabularySize: 4_096,
      contextTokens: 512,
      stopIds: [0],
    })
    expect(parseModelConfig(json({ ...config, head_dim: 64 }), null).headDimension).toBe(64)
  })

  it('takes the stop ids of the generation config before its own', () => {
    expect(parseStopIds(json(config), json({ eos_token_id: [1, 2] }))).toEqual([1, 2])
    expect(parseStopIds(json(config), json({}))).toEqual([0])
    expect(parseStopIds(json({}), null)).toEqual([])
  })

  it.each([
    ['no JSON', new TextEncoder().encode('{')],
    ['a list', json([])],
    ['no layers', json({ ...config, num_hidden_layers: 0 })],
    ['a vocabulary beyond every token id', json({ ...config, vocab_size: 2 ** 30 })],
    ['a negative stop id', json({ ...config, eos_token_id: -1 })],
  ])('refuses %s, by name of the file', (_, bytes) => {
    expect(() => parseModelConfig(bytes, null)).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
    expect(() => parseModelConfig(bytes, null)).toThrow('config.json')
  })
})
