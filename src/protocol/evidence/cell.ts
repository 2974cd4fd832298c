import * as v from 'valibot'
import { bytesToHex, taggedHash } from '../hash.ts'
import { encodeCbor } from '../wire/codec.ts'
import { count, Hex32, printableText } from '../wire/schemas.ts'

/**
 * How the bits that are committed come about, so that a checker's prefill can give the same ones (protocol.md §4).
 * `window`: every run has at least `rows` rows, so decode uses the kernels of prefill.
 * `replay`: decode is free; each finished segment is run again as one chunk, and only what agrees is committed.
 * `none`: the rows of this device cannot be repeated bit for bit; checks of it are tolerant.
 */
export const ExactnessSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('window'), rows: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(8)) }),
  v.strictObject({ kind: v.literal('replay') }),
  v.strictObject({ kind: v.literal('none') }),
])

export type Exactness = v.InferOutput<typeof ExactnessSchema>

/**
 * The class of devices that compute the same bits. One-thread WASM is universal: its device fields are empty, because the same
 * bits were measured in Chromium, Firefox and Node. The fields are coarse on purpose: on the wire they are a fingerprint.
 */
export const CellSchema = v.strictObject({
  provider: v.picklist(['webgpu', 'wasm']),
  vendor: printableText(32),
  architecture: printableText(32),
  /** For example `chromium 156`; empty for one-thread WASM. */
  browser: printableText(32),
  ortVersion: printableText(32),
  threads: count(64),
  /** What the weights are multiplied as: `q4` in 4-bit kernels, `q4-f32` the same weights expanded to f32. */
  precision: v.picklist(['q4', 'q4f16', 'q4-f32', 'q8', 'q8-f32', 'fp32']),
  /** Rows per prefill run that this device answers correctly. */
  prefillChunk: count(4_096),
  exactness: ExactnessSchema,
  modelRoot: Hex32,
  /** SHA-256 of the graph, final-norm rows included, before it is rewritten for several requests: that must not change a bit. */
  graphHash: Hex32,
  transformVersion: count(65_535),
})

export type Cell = v.InferOutput<typeof CellSchema>

/** Hex; equal ids, and only those, promise equal bits. */
export function cellId(cell: Cell): string {
  return bytesToHex(taggedHash('cell', encodeCbor(cell)))
}

/** True when two participants of these cells must agree bit for bit. */
export function isExactPair(provider: Cell, checker: Cell): boolean {
  return provider.exactness.kind !== 'none' && cellId(provider) === cellId(checker)
}

/** One-thread WASM: every device can be of this cell, so everybody can check it exactly and anybody can referee. */
export function isUniversalCell(cell: Cell): boolean {
  return cell.provider === 'wasm' && cell.threads === 1 && cell.exactness.kind !== 'none'
}
