import { expect, test } from 'vitest'
import { hexToBytes } from '../../../../src/protocol/hash.ts'
import { exp, ln } from '../../../../src/protocol/sampling/deterministic-math.ts'
import { gumbel, noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import { philox4x32 } from '../../../../src/protocol/sampling/philox.ts'
import vectors from '../../../vectors/sampling.json' with { type: 'json' }

test('ln and exp give the committed numbers, to the last bit', () => {
  for (const { x, value } of vectors.logarithms) expect(ln(Number(x)).toPrecision(17)).toBe(value)
  for (const { x, value } of vectors.exponentials) expect(exp(Number(x)).toPrecision(17)).toBe(value)
})

test.each(vectors.noise)('seed $seed gives the committed key, words and noise, to the last bit', (vector) => {
  const key = noiseKeyOf(hexToBytes(vector.seed))
  expect(key).toEqual(vector.key)
  for (const { position, id, word, gumbel: expected } of vector.draws) {
    expect(philox4x32([id >>> 2, position, 0, 0], key)[id & 3]).toBe(word)
    expect(gumbel(key, position, id).toPrecision(17)).toBe(expected)
  }
})

test.each(vectors.noise)('the committed noise of $seed is what Math.log makes of the words', ({ draws }) => {
  for (const { word, gumbel: expected } of draws) {
    const g = -Math.log(-Math.log((word + 0.5) / 2 ** 32))
    expect(Math.abs(Number(expected) - g)).toBeLessThan(1e-14 * Math.max(1, Math.abs(g)))
  }
})

test('one seed gives each position and each token noise of its own', () => {
  const key = noiseKeyOf(new Uint8Array(32))
  const noise = Array.from({ length: 1_000 }, (_, i) => gumbel(key, Math.floor(i / 50), i % 50))
  expect(new Set(noise).size).toBe(noise.length)
})

test('the noise has the mean and the variance of a Gumbel distribution', () => {
  const key = noiseKeyOf(new Uint8Array(32).fill(1))
  const draws = Array.from({ length: 20_000 }, (_, i) => gumbel(key, i, 7))
  const mean = draws.reduce((sum, g) => sum + g, 0) / draws.length
  const variance = draws.reduce((sum, g) => sum + (g - mean) ** 2, 0) / draws.length
  // Euler's constant and π²/6; four standard errors of 20,000 draws are 0.036 and 0.10.
  expect(Math.abs(mean - 0.5772156649)).toBeLessThan(0.036)
  expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan(0.1)
})
