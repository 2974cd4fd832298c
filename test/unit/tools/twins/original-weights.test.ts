import { expect, test } from 'vitest'
import { originalWeights, quantiseTo8, transposed } from '../../../../tools/twins/original-weights.ts'
import type { BlockWeights } from '../../../../workers/inference/graph/dequantise.ts'

/** Two rows of 32 weights: codes 0 … 15 twice, and their mirror. */
const BLOCKS: BlockWeights = {
  n: 2,
  k: 32,
  bits: 4,
  blockSize: 32,
  packed: Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? ((2 * i) % 16) | (((2 * i + 1) % 16) << 4) : 0xff - i)),
  scales: Float32Array.of(0.5, -0.25),
  zeroPoints: Float32Array.of(8, 8),
}

function codeAt(index: number): number {
  return ((BLOCKS.packed[index >> 1] ?? 0) >> ((index & 1) * 4)) & 0x0f
}

test('every original weight rounds to the code that is shipped', () => {
  for (const [i, weight] of originalWeights(BLOCKS, 'seed').entries()) {
    const scale = BLOCKS.scales[i >> 5] ?? 1
    expect(Math.abs(weight / scale + 8 - codeAt(i))).toBeLessThanOrEqual(0.5)
  }
})

test('the same seed draws the same weights, another one others', () => {
  expect(originalWeights(BLOCKS, 'seed')).toEqual(originalWeights(BLOCKS, 'seed'))
  expect(originalWeights(BLOCKS, 'seed')).not.toEqual(originalWeights(BLOCKS, 'other'))
})

test('eight bits are within half a step of the weights, the largest of a block at the end of the range', () => {
  const weights = originalWeights(BLOCKS, 'seed')
  const { packed, scales } = quantiseTo8(weights, 32)
  for (const [i, weight] of weights.entries()) {
    const scale = scales[i >> 5] ?? 0
    expect(Math.abs(((packed[i] ?? 0) - 128) * scale - weight)).toBeLessThanOrEqual(scale / 2 + 1e-7)
  }
  expect(Math.max(...packed.subarray(0, 32).map((code) => Math.abs(code - 128)))).toBe(127)
})

test('a block of zeros stays one', () => {
  expect(quantiseTo8(new Float32Array(32), 32)).toEqual({
    packed: new Uint8Array(32).fill(128),
    scales: Float32Array.of(0),
  })
})

test('turning [N, K] gives [K, N]', () => {
  expect(transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6))
})
