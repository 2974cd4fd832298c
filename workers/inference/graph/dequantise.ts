/** A weight matrix [N, K] in blocks along K, as MatMulNBits stores it. */
export interface BlockWeights {
  n: number
  k: number
  bits: 4 | 8
  blockSize: number
  /** [N, blocks, blockSize · bits / 8], blocks = ceil(K / blockSize); at 4 bits the earlier weight is in the low half of a byte. */
  packed: Uint8Array
  /** [N, blocks] */
  scales: Float32Array
  /** [N, blocks] */
  zeroPoints: Float32Array
}

/** Rows of N done together: sixteen float32 fill the cache line that a column of the transposed matrix writes to. */
const TILE = 16

export function blocksOf(k: number, blockSize: number): number {
  return Math.ceil(k / blockSize)
}

/**
 * Writes the transpose [K, N] in float32, little-endian, at `offset` of `target`: (q − zero point) · scale, rounded once.
 * The padding of the last block is left out. ONNX Runtime's definition: docs/ContribOperators.md, com.microsoft.MatMulNBits.
 */
export function writeDequantised(weights: BlockWeights, target: Uint8Array, offset: number): void {
  const { n, k, bits, blockSize, packed, scales, zeroPoints } = weights
  const view = new DataView(target.buffer, target.byteOffset + offset, n * k * 4)
  const blocks = blocksOf(k, blockSize)
  const blockBytes = (blockSize * bits) / 8
  for (let tile = 0; tile < n; tile += TILE) {
    const tileEnd = Math.min(n, tile + TILE)
    for (let column = 0; column < k; column++) {
      const block = Math.floor(column / blockSize)
      const inBlock = column % blockSize
      const byteInBlock = bits === 4 ? inBlock >> 1 : inBlock
      const shift = bits === 4 ? (inBlock & 1) * 4 : 0
      const mask = bits === 4 ? 0x0f : 0xff
      for (let row = tile; row < tileEnd; row++) {
        const at = row * blocks + block
        const q = ((packed[at * blockBytes + byteInBlock] ?? 0) >> shift) & mask
        // Both factors are float32; their product in float64 is exact, so storing it rounds once.
        const value = (q - (zeroPoints[at] ?? 0)) * (scales[at] ?? 0)
        view.setFloat32((column * n + row) * 4, value, true)
      }
    }
  }
}
