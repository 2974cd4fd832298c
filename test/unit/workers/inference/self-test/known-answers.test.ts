import { describe, expect, it } from 'vitest'
import {
  differenceOf,
  LOGIT_TOLERANCE,
  parseKnownAnswers,
} from '../../../../../workers/inference/self-test/known-answers.ts'

const top = [
  [1, 2.5],
  [0, 1],
]
const answers = {
  version: 1,
  prompt: [1, 2, 3],
  lengths: [2],
  prefill: [{ length: 2, argmax: 1, top }],
  decode: { start: 3, ids: [1, 0], top: [top, top] },
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

describe('the answers shipped with a model', () => {
  it('are read as they were written', () => {
    expect(parseKnownAnswers(json(answers))).toEqual(answers)
  })

  it.each([
    ['another version', { ...answers, version: 2 }],
    ['a prefill longer than the prompt', { ...answers, prefill: [{ length: 4, argmax: 1, top }] }],
    ['no prefill at all', { ...answers, prefill: [], lengths: [] }],
    ['a decode that starts elsewhere', { ...answers, decode: { ...answers.decode, start: 2 } }],
    ['fewer logits than ids', { ...answers, decode: { ...answers.decode, top: [top] } }],
    ['a field nobody knows', { ...answers, more: 1 }],
  ])('are refused with %s', (_, value) => {
    expect(() => parseKnownAnswers(json(value))).toThrow(expect.objectContaining({ code: 'engine/model-unsupported' }))
  })
})

describe('the difference from a known answer', () => {
  it('is measured against the row’s scale', () => {
    const { absolute, relative } = differenceOf(Float32Array.of(1.25, 2.5), [
      [1, 2.5],
      [0, 1],
    ])
    expect(absolute).toBe(0.25)
    expect(relative).toBe(0.1)
    expect(relative).toBeGreaterThan(LOGIT_TOLERANCE)
  })

  it('counts a token that should not be among the largest', () => {
    const known: [number, number][] = [
      [1, 2.5],
      [0, 1],
    ]
    expect(differenceOf(Float32Array.of(1, 2.5, 4), known).absolute).toBe(3)
    expect(differenceOf(Float32Array.of(1, 2.5, 0.5), known).absolute).toBe(0)
  })

  it('is infinite where there is no number', () => {
    for (const logits of [Float32Array.of(Number.NaN), new Float32Array()]) {
      expect(differenceOf(logits, [[0, 1]]).relative).toBe(Number.POSITIVE_INFINITY)
    }
  })
})
