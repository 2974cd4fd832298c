import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type Cell, CellSchema, cellId, isExactPair, isUniversalCell } from '../../../../src/protocol/evidence/cell.ts'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import vectors from '../../../vectors/cell.json' with { type: 'json' }
import { SAMPLE_CELL } from '../sample-values.ts'

const CHANGES: { [K in keyof Cell]: Cell[K] } = {
  provider: 'webgpu',
  vendor: 'apple',
  architecture: 'metal-3',
  browser: 'chromium 157',
  ortVersion: '1.31.0',
  threads: 2,
  precision: 'q4',
  prefillChunk: 255,
  exactness: { kind: 'window', rows: 4 },
  modelRoot: 'cd'.repeat(32),
  graphHash: 'ef'.repeat(32),
  transformVersion: 2,
}

test.each(Object.entries(CHANGES))('another %s is another cell', (field, value) => {
  const other = { ...SAMPLE_CELL, [field]: value }
  expect(cellId(other)).not.toBe(cellId(SAMPLE_CELL))
  expect(isExactPair(SAMPLE_CELL, other)).toBe(false)
})

test('the changes above name every field there is', () => {
  expect(Object.keys(CHANGES).toSorted()).toEqual(Object.keys(SAMPLE_CELL).toSorted())
})

test('the id does not depend on the order in which the fields were written down', () => {
  const reversed = Object.fromEntries(Object.entries(SAMPLE_CELL).toReversed()) as Cell
  expect(cellId(reversed)).toBe(cellId(SAMPLE_CELL))
})

test('equal cells owe each other equal bits, unless theirs cannot be repeated', () => {
  expect(isExactPair(SAMPLE_CELL, structuredClone(SAMPLE_CELL))).toBe(true)
  expect(isExactPair({ ...SAMPLE_CELL, exactness: { kind: 'replay' } }, SAMPLE_CELL)).toBe(false)
  const none: Cell = { ...SAMPLE_CELL, exactness: { kind: 'none' } }
  expect(isExactPair(none, none)).toBe(false)
})

test('one thread of WASM is everybody’s cell, as long as it promises equality', () => {
  expect(isUniversalCell(SAMPLE_CELL)).toBe(true)
  expect(isUniversalCell({ ...SAMPLE_CELL, threads: 2 })).toBe(false)
  expect(isUniversalCell({ ...SAMPLE_CELL, provider: 'webgpu' })).toBe(false)
  expect(isUniversalCell({ ...SAMPLE_CELL, exactness: { kind: 'none' } })).toBe(false)
})

test.each<[string, object]>([
  ['a window of one row, which is none', { exactness: { kind: 'window', rows: 1 } }],
  ['a window of nine rows', { exactness: { kind: 'window', rows: 9 } }],
  ['a replay with rows', { exactness: { kind: 'replay', rows: 2 } }],
  ['an exactness of its own', { exactness: { kind: 'trust-me' } }],
  ['a vendor that hides a character', { vendor: 'nvidia\u200b' }],
  ['a vendor of 33 characters', { vendor: 'v'.repeat(33) }],
  ['a root in upper case', { modelRoot: 'AB'.repeat(32) }],
  ['a precision that is none', { precision: 'q2' }],
])('%s is no cell', (_what, change) => {
  expect(v.is(CellSchema, SAMPLE_CELL)).toBe(true)
  expect(v.is(CellSchema, { ...SAMPLE_CELL, ...change })).toBe(false)
})

test.each(vectors.cells)('the committed vector "$name" has not moved', ({ cell, cbor, cellId: id }) => {
  const parsed = v.parse(CellSchema, cell)
  expect(bytesToHex(encodeCbor(parsed))).toBe(cbor)
  expect(cellId(parsed)).toBe(id)
})
