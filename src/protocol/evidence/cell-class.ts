import * as v from 'valibot'
import { bytesToHex, taggedHash } from '../hash.ts'
import { encodeCbor } from '../wire/codec.ts'
import { type Cell, CellSchema } from './cell.ts'

/**
 * What of a cell decides how far its rows drift from another's: the kernels and the weights. How runs are cut (`prefillChunk`,
 * `exactness`) decides equality, not distance, and `graphHash` follows from the rest.
 */
export const CellClassSchema = v.strictObject({
  provider: CellSchema.entries.provider,
  vendor: CellSchema.entries.vendor,
  architecture: CellSchema.entries.architecture,
  browser: CellSchema.entries.browser,
  ortVersion: CellSchema.entries.ortVersion,
  threads: CellSchema.entries.threads,
  precision: CellSchema.entries.precision,
  modelRoot: CellSchema.entries.modelRoot,
  transformVersion: CellSchema.entries.transformVersion,
})

export type CellClass = v.InferOutput<typeof CellClassSchema>

export function cellClassOf(cell: Cell): CellClass {
  const { prefillChunk: _, exactness: __, graphHash: ___, ...cellClass } = cell
  return cellClass
}

/** Hex; calibrations and thresholds of a class are found by it. */
export function cellClassId(cellClass: CellClass): string {
  return bytesToHex(taggedHash('cell-class', encodeCbor(cellClass)))
}
