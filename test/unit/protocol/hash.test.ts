import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesEqual, bytesToHex, idsToBytes, taggedHash, taggedHasher, u32 } from '../../../src/protocol/hash.ts'

test('a tagged hash is SHA-256 of the tag, a zero byte and the parts', () => {
  const expected = createHash('sha256')
    .update('locus/1/purpose\0')
    .update(Uint8Array.of(1, 2, 3))
    .digest('hex')
  expect(bytesToHex(taggedHash('purpose', Uint8Array.of(1), Uint8Array.of(2, 3)))).toBe(expected)
})

test('a hash begun once goes on with any last part', () => {
  const hashOf = taggedHasher('purpose', Uint8Array.of(1), Uint8Array.of(2))
  for (const last of [Uint8Array.of(3), new Uint8Array(100), Uint8Array.of(3)]) {
    expect(hashOf(last)).toEqual(taggedHash('purpose', Uint8Array.of(1), Uint8Array.of(2), last))
  }
})

test('the same bytes hash otherwise for another purpose, and no purpose reaches into the parts of another', () => {
  const bytes = Uint8Array.of(0x62, 0x00, 0x01)
  expect(taggedHash('a', bytes)).not.toEqual(taggedHash('b', bytes))
  expect(taggedHash('ab', Uint8Array.of(1))).not.toEqual(taggedHash('a', bytes))
})

test('numbers become four bytes, the highest first', () => {
  expect([...u32(0x0102_0304)]).toEqual([1, 2, 3, 4])
  expect([...u32(0xffff_ffff)]).toEqual([255, 255, 255, 255])
})

test('lists of ids are preceded by their count, so that two lists in a row can be split in one way only', () => {
  expect([...idsToBytes([])]).toEqual([0, 0, 0, 0])
  expect([...idsToBytes([258])]).toEqual([0, 0, 0, 1, 0, 0, 1, 2])
  const joined = (a: number[], b: number[]): Uint8Array => taggedHash('ids', idsToBytes(a), idsToBytes(b))
  expect(joined([1], [2])).not.toEqual(joined([1, 2], []))
})

test('bytes are equal when length and every byte are', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(bytesEqual(a, b)).toBe(Buffer.compare(a, b) === 0)
      expect(bytesEqual(a, a.slice())).toBe(true)
      expect(bytesEqual(a, Uint8Array.of(...a, 0))).toBe(false)
    }),
  )
})
