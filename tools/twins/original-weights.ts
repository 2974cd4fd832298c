import type { BlockWeights } from '../../workers/inference/graph/dequantise.ts'
import { createRandomWords } from '../fixtures/random.ts'

/**
 * Weights [N, K] that the shipped 4-bit ones may have been made of: each uniform among those that round to its code, so within half a
 * step of it. The model's own training weights are not shipped; these round to the same file, and are as far from it as 4 bits are.
 */
export function originalWeights(
  { n, k, blockSize, packed, scales, zeroPoints }: BlockWeights,
  seed: string,
): Float32Array {
  const random = createRandomWords(seed)
  const blocks = Math.ceil(k / blockSize)
  const weights = new Float32Array(n * k)
  for (let at = 0; at < weights.length; at++) {
    const [row, column] = [Math.floor(at / k), at % k]
    const block = row * blocks + Math.floor(column / blockSize)
    const inBlock = column % blockSize
    const byte = packed[(block * blockSize + inBlock) >> 1] ?? 0
    const code = (byte >> ((inBlock & 1) * 4)) & 0x0f
    const within = random.next() / 2 ** 32 - 0.5
    weights[at] = (code - (zeroPoints[block] ?? 0) + within) * (scales[block] ?? 0)
  }
  return weights
}

/** 8-bit blocks as MatMulNBits stores them: code − 128 times the scale that takes the block's largest weight to ±127. */
export function quantiseTo8(weights: Float32Array, blockSize: number): { packed: Uint8Array; scales: Float32Array } {
  const packed = new Uint8Array(weights.length)
  const scales = new Float32Array(weights.length / blockSize)
  for (const block of scales.keys()) {
    const from = block * blockSize
    const values = weights.subarray(from, from + blockSize)
    const peak = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    scales[block] = peak / 127
    const scale = scales[block] || 1
    for (const [i, value] of values.entries()) packed[from + i] = 128 + Math.round(value / scale)
  }
  return { packed, scales }
}

/** [N, K] as [K, N]: MatMul has its weights on the right. */
export function transposed(weights: Float32Array, n: number, k: number): Float32Array {
  const turned = new Float32Array(weights.length)
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < k; column++) turned[column * n + row] = weights[row * k + column] ?? 0
  }
  return turned
}
