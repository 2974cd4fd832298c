import type { Cell } from '../../src/protocol/evidence/cell.ts'
import type { ModelConfig } from '../../workers/inference/session/model-config.ts'

export interface WeightShape extends ModelConfig {
  heads: number
  feedForward: number
}

/** Bytes of one weight as it is read: quantised weights carry a scale for every 32. */
const WEIGHT_BYTES: Record<Cell['precision'], number> = {
  fp32: 4,
  'q4-f32': 4,
  'q8-f32': 4,
  q8: 1 + 4 / 32,
  q4: 0.5 + 4 / 32,
  q4f16: 0.5 + 2 / 32,
}

/**
 * What must be read from memory for one token of one request: every product's weights once, and the keys and values of `past` positions.
 * The table of embeddings is read by one row, which is nothing; the head is a product.
 */
export function bytesPerToken(shape: WeightShape, precision: Cell['precision'], past: number): number {
  const { layers, hiddenSize, heads, keyValueHeads, headDimension, feedForward, vocabularySize } = shape
  const attention = 2 * hiddenSize * headDimension * (heads + keyValueHeads)
  const weights = layers * (attention + 3 * hiddenSize * feedForward) + vocabularySize * hiddenSize
  const cacheBytes = precision === 'q4f16' ? 2 : 4
  return weights * WEIGHT_BYTES[precision] + 2 * layers * keyValueHeads * headDimension * past * cacheBytes
}
