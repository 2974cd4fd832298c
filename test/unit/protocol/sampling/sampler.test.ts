import * as v from 'valibot'
import { expect, test } from 'vitest'
import { hexToBytes } from '../../../../src/protocol/hash.ts'
import { noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import { type Sampler, SamplerSchema } from '../../../../src/protocol/sampling/sampler.ts'
import { chooseToken } from '../../../../src/protocol/sampling/token-rule.ts'
import { GREEDY } from '../../../../tools/greedy.ts'
import vectors from '../../../vectors/sampling.json' with { type: 'json' }

test('greedy and the hottest terms are terms', () => {
  expect(v.is(SamplerSchema, GREEDY)).toBe(true)
  expect(v.is(SamplerSchema, { temperatureMilli: 2_000, topK: 64, topPMilli: 1_000 })).toBe(true)
})

test.each<[string, Partial<Record<keyof Sampler, unknown>>]>([
  ['a temperature as a fraction', { temperatureMilli: 0.8 }],
  ['a temperature above 2', { temperatureMilli: 2_001 }],
  ['a negative temperature', { temperatureMilli: -1 }],
  ['no candidates', { topK: 0 }],
  ['65 candidates', { topK: 65 }],
  ['no probability', { topPMilli: 0 }],
  ['more than all probability', { topPMilli: 1_001 }],
  ['a probability in words', { topPMilli: 'all' }],
])('%s is no sampler', (_what, change) => {
  expect(v.is(SamplerSchema, { ...GREEDY, ...change })).toBe(false)
})

test.each(vectors.tokens)('the committed choices from "$name" have not moved', ({ logits, choices }) => {
  const row = Float32Array.from(logits)
  const key = noiseKeyOf(hexToBytes(vectors.tokenSeed))
  expect([...row]).toEqual(logits)
  for (const { sampler, chosen } of choices) {
    const actual = vectors.positions.map((position) => chooseToken(row, v.parse(SamplerSchema, sampler), key, position))
    expect(actual).toEqual(chosen)
  }
})
