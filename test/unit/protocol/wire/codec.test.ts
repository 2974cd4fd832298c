import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'
import { decodeCbor, encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import { deterministicCbor } from '../../../../tools/vectors/deterministic-cbor.ts'

const Sample = v.strictObject({ a: v.number(), bb: v.array(v.union([v.number(), v.string(), v.null()])) })
const GOOD = encodeCbor({ a: 1, bb: [2, 'x', null] })

function codeOf(hex: string, schema: v.GenericSchema = v.any(), maxBytes = 1_000): string {
  const decoded = decodeCbor(hexToBytes(hex), schema, maxBytes)
  return decoded.ok ? 'ok' : decoded.code
}

test('what was encoded comes back as it was', () => {
  expect(decodeCbor(GOOD, Sample, 1_000)).toEqual({ ok: true, value: { a: 1, bb: [2, 'x', null] } })
})

test('the cap is the last length that is let in', () => {
  expect(decodeCbor(GOOD, Sample, GOOD.length).ok).toBe(true)
  expect(decodeCbor(GOOD, Sample, GOOD.length - 1)).toEqual({ ok: false, code: 'too-large' })
})

test('the cap comes before the decoder, so what is too large need not even be CBOR', () => {
  expect(decodeCbor(new Uint8Array(11).fill(0xff), v.any(), 10)).toEqual({ ok: false, code: 'too-large' })
})

test.each([
  ['no bytes at all', ''],
  ['a truncated map', 'a16161'],
  ['a second value after the first', '0101'],
  ['a duplicate key', 'a2616101616102'],
  ['a key that is not text', 'a10101'],
  ['an array of indefinite length', '9f01ff'],
  ['a text of indefinite length', '7f6161ff'],
  ['bytes of indefinite length', '5f4101ff'],
  ['a map of indefinite length', 'bf616101ff'],
  ['undefined', 'f7'],
  ['not a number', 'f97e00'],
  ['infinity', 'f97c00'],
  ['a tag', 'c074323031332d30332d32315432303a30343a30305a'],
  ['a simple value without meaning', 'f0'],
  ['an integer above 2^53', '1b0020000000000000'],
  ['an array that claims 2^32 items', '9b0000000100000000'],
])('%s is not CBOR of ours', (_what, hex) => {
  expect(codeOf(hex)).toBe('not-cbor')
})

test.each([
  ['not-cbor', 'an integer in more bytes than it needs', '1801'],
  ['not-cbor', 'a length in more bytes than it needs', '780161'],
  ['not-canonical', 'a whole number as a float', 'f93c00'],
  ['not-canonical', 'negative zero', 'f98000'],
  ['not-canonical', 'a float in more bytes than it needs', 'fb3ff8000000000000'],
  ['not-canonical', 'keys out of order', 'a2616201616102'],
  ['not-canonical', 'a longer key before a shorter one', 'a262616101616202'],
  ['not-canonical', 'text that is not UTF-8', '61ff'],
  ['not-canonical', 'a byte order mark that decoding would drop', '64efbbbf61'],
])('%s: %s, since the value has another encoding', (code, _what, hex) => {
  expect(codeOf(hex)).toBe(code)
})

test('a float that is none the shorter is canonical', () => {
  expect(codeOf('f93e00')).toBe('ok')
})

test.each([
  ['a field too many', { a: 1, bb: [], c: 1 }],
  ['a field too few', { a: 1 }],
  ['a field of another type', { a: '1', bb: [] }],
  ['a field that objects inherit', { a: 1, bb: [], constructor: 1 }],
])('%s is another schema', (_what, value) => {
  expect(decodeCbor(encodeCbor(value), Sample, 1_000)).toEqual({ ok: false, code: 'schema' })
})

test('a key named __proto__ is a field too many and changes no prototype', () => {
  const bytes = hexToBytes('a361610162626280695f5f70726f746f5f5fa1636b657901')
  expect(decodeCbor(bytes, Sample, 1_000)).toEqual({ ok: false, code: 'schema' })
  expect(({} as { key?: number }).key).toBeUndefined()
})

test('nesting as deep as a frame allows is refused, not a crash', () => {
  const nested = new Uint8Array(300_000).fill(0x81)
  expect(decodeCbor(nested, Sample, 400_000).ok).toBe(false)
})

test('random bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(decodeCbor(bytes, Sample, 150).ok).toBe(false)
    }),
  )
})

test('whatever is accepted is the one encoding of its value', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const decoded = decodeCbor(bytes, v.any(), 100)
      expect(decoded.ok ? encodeCbor(decoded.value) : bytes).toEqual(bytes)
    }),
    { numRuns: 2_000 },
  )
})

test('a good message with one byte changed is refused or another value, never the same', () => {
  const at = fc.nat(GOOD.length - 1)
  fc.assert(
    fc.property(at, fc.integer({ min: 1, max: 255 }), (index, difference) => {
      const bent = GOOD.map((byte, i) => (i === index ? byte ^ difference : byte))
      const decoded = decodeCbor(bent, Sample, 1_000)
      expect(decoded).not.toEqual({ ok: true, value: { a: 1, bb: [2, 'x', null] } })
    }),
  )
})

test('an encoder written from RFC 8949 alone gives the same bytes', () => {
  const { value } = fc.letrec<{ value: Parameters<typeof deterministicCbor>[0] }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.maxSafeNat(),
      fc.string({ unit: fc.constantFrom('a', 'é', '☃', '😀'), maxLength: 30 }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 30 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 30 }), tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, (one) => {
      expect(bytesToHex(encodeCbor(one))).toBe(bytesToHex(deterministicCbor(one)))
    }),
  )
})
