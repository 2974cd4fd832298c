import { philox4x32 } from '../../src/protocol/sampling/philox.ts'

/**
 * Where a vector's rows come from, so that the file need not hold half a megabyte of them.
 * `bytes`: f32, little-endian, as hex. `sparse`: zeros but for these. `cubes`: value i is f32(16·t³), t = ((w >> 8) − 2²³) / 2²³, with w
 * lane i mod 4 of Philox4x32-10 at counter (⌊i/4⌋, 0, 0, 0); with `drift` d, then f32(that · (1 + u / 2^d)), u like t from counter (⌊i/4⌋, 1, 0, 0).
 * Everything is binary64 until f32() rounds it.
 */
export type RowsSource =
  | { kind: 'bytes'; hidden: number; f32: string }
  | { kind: 'sparse'; hidden: number; rows: number; entries: { index: number; value: number }[] }
  | { kind: 'cubes'; hidden: number; rows: number; key: readonly number[]; drift: number | null }

/** The rows, each [hidden]. */
export function rowsOf(source: RowsSource): Float32Array[] {
  const flat = flatRowsOf(source)
  return Array.from({ length: flat.length / source.hidden }, (_, row) =>
    flat.slice(row * source.hidden, (row + 1) * source.hidden),
  )
}

function flatRowsOf(source: RowsSource): Float32Array {
  switch (source.kind) {
    case 'bytes': {
      const bytes = Buffer.from(source.f32, 'hex')
      // Copied as bits: a NaN that passes through a number may lose its payload.
      const bits = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i))
      return new Float32Array(bits.buffer)
    }
    case 'sparse': {
      const flat = new Float32Array(source.hidden * source.rows)
      for (const { index, value } of source.entries) flat[index] = value
      return flat
    }
    case 'cubes':
      return Float32Array.from({ length: source.hidden * source.rows }, (_, i) => cube(source, i))
  }
}

function cube({ key, drift }: RowsSource & { kind: 'cubes' }, i: number): number {
  const t = fraction(key, i, 0)
  const value = Math.fround(16 * t * t * t)
  return drift === null ? value : value * (1 + fraction(key, i, 1) / 2 ** drift)
}

/** In [−1, 1), a multiple of 2⁻²³. */
function fraction([k0 = 0, k1 = 0]: readonly number[], i: number, stream: number): number {
  const word = philox4x32([Math.floor(i / 4), stream, 0, 0], [k0, k1])[i % 4] ?? 0
  return ((word >>> 8) - 2 ** 23) / 2 ** 23
}
