import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Cell } from '../../../../src/protocol/evidence/cell.ts'
import { CellSchema } from '../../../../src/protocol/evidence/cell.ts'
import { CellClassSchema, cellClassId, cellClassOf } from '../../../../src/protocol/evidence/cell-class.ts'
import vectors from '../../../vectors/cell.json' with { type: 'json' }
import { SAMPLE_CELL } from '../sample-values.ts'

const SAMPLE_ID = cellClassId(cellClassOf(SAMPLE_CELL))

test.each<[string, Partial<Cell>]>([
  ['provider', { provider: 'webgpu' }],
  ['vendor', { vendor: 'apple' }],
  ['architecture', { architecture: 'metal-3' }],
  ['browser', { browser: 'chromium 157' }],
  ['ORT version', { ortVersion: '1.31.0' }],
  ['number of threads', { threads: 2 }],
  ['precision', { precision: 'q4' }],
  ['model', { modelRoot: 'cd'.repeat(32) }],
  ['transform', { transformVersion: 2 }],
])('another %s is another class', (_what, change) => {
  expect(cellClassId(cellClassOf({ ...SAMPLE_CELL, ...change }))).not.toBe(SAMPLE_ID)
})

test.each<[string, Partial<Cell>]>([
  ['chunk', { prefillChunk: 255 }],
  ['exactness', { exactness: { kind: 'none' } }],
  ['graph', { graphHash: 'ef'.repeat(32) }],
])('another %s is the same class', (_what, change) => {
  expect(cellClassId(cellClassOf({ ...SAMPLE_CELL, ...change }))).toBe(SAMPLE_ID)
})

test('a class is strict: a cell is none, and a class with a field missing is none', () => {
  const cellClass = cellClassOf(SAMPLE_CELL)
  expect(v.is(CellClassSchema, cellClass)).toBe(true)
  expect(v.is(CellClassSchema, SAMPLE_CELL)).toBe(false)
  expect(v.is(CellClassSchema, { ...cellClass, vendor: undefined })).toBe(false)
})

test.each(vectors.cells)('the committed class of "$name" has not moved', ({ cell, cellClassId: id }) => {
  expect(cellClassId(cellClassOf(v.parse(CellSchema, cell)))).toBe(id)
})
