import * as v from 'valibot'
import { expect, test } from 'vitest'
import {
  Bytes32,
  bytesOf,
  count,
  Hex32,
  printableText,
  shortText,
  TokenId,
  tokenIds,
  UnixMs,
} from '../../../../src/protocol/wire/schemas.ts'

test.each([0, 31, 33])('32 bytes are not %i bytes', (length) => {
  expect(v.is(Bytes32, new Uint8Array(32))).toBe(true)
  expect(v.is(Bytes32, new Uint8Array(length))).toBe(false)
})

test('a list of numbers, or a text, is not bytes', () => {
  expect(v.is(bytesOf(2), [1, 2])).toBe(false)
  expect(v.is(bytesOf(2), 'ab')).toBe(false)
  expect(v.is(bytesOf(2), new Uint16Array(2))).toBe(false)
})

test.each(['', 'ab'.repeat(31), 'ab'.repeat(33), 'AB'.repeat(32), `0x${'ab'.repeat(31)}`, `${'ab'.repeat(32)}\n`])(
  '%j is not the hex of 32 bytes',
  (text) => {
    expect(v.is(Hex32, text)).toBe(false)
  },
)

test('a token id is a whole number of at most 18 bits', () => {
  expect(v.is(TokenId, 0)).toBe(true)
  expect(v.is(TokenId, 0x3_ffff)).toBe(true)
  for (const id of [-1, 0x4_0000, 0.5, Number.NaN, '1', 1n]) expect(v.is(TokenId, id)).toBe(false)
})

test('a list of ids has a longest length', () => {
  expect(v.is(tokenIds(2), [1, 2])).toBe(true)
  expect(v.is(tokenIds(2), [1, 2, 3])).toBe(false)
})

test('a time in seconds or microseconds is not in milliseconds', () => {
  const now = 1_767_225_600_000
  expect(v.is(UnixMs, now)).toBe(true)
  expect(v.is(UnixMs, now / 1_000)).toBe(false)
  expect(v.is(UnixMs, now * 1_000)).toBe(false)
  expect(v.is(UnixMs, now + 0.5)).toBe(false)
})

test('counts run from 0 to their cap, both included', () => {
  expect([0, 7].every((n) => v.is(count(7), n))).toBe(true)
  expect([-1, 8, 1.5, Number.POSITIVE_INFINITY].some((n) => v.is(count(7), n))).toBe(false)
})

test('short text may be anything, printable text may not hide anything', () => {
  const hidden = ['\u202e', '\u200b', '\u0000', '\n', '\ud800', 'é']
  expect(hidden.every((text) => v.is(shortText(1), text))).toBe(true)
  expect(hidden.some((text) => v.is(printableText(1), text))).toBe(false)
  expect(v.is(printableText(12), 'chromium 156')).toBe(true)
  expect(v.is(printableText(11), 'chromium 156')).toBe(false)
})
