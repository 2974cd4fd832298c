import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { CodedError } from '../../../../src/protocol/errors.ts'
import { MAX_BUNDLE_BYTES } from '../../../../src/protocol/limits.ts'
import type { Bundle } from '../../../../src/protocol/receipt/bundle.ts'
import { bundleFromJson, bundleToJson } from '../../../../src/protocol/receipt/bundle-file.ts'
import { faultOfBundle } from '../../../../src/protocol/receipt/verify.ts'
import { createNodeSessionKey } from '../../../doubles/node-session-key.ts'
import { signedLeg } from '../../../doubles/signed-leg.ts'

let bundle: Bundle
let text: string

beforeAll(async () => {
  const [provider, requester] = await Promise.all([createNodeSessionKey(), createNodeSessionKey()])
  bundle = { version: 2, kind: 'locus-evidence', legs: [await signedLeg({ provider, requester })], audits: [] }
  text = bundleToJson(bundle)
})

function codeOf(file: string): string {
  try {
    bundleFromJson(file)
    return 'read'
  } catch (error) {
    return CodedError.is(error) ? error.code : `not a coded error: ${String(error)}`
  }
}

test('a bundle saved and read again is the same, and still holds', () => {
  expect(bundleFromJson(text)).toEqual(bundle)
  expect(faultOfBundle(bundleFromJson(text))).toBeNull()
})

test('a bundle whose last provider signed no receipt survives the file too', () => {
  const legs = bundle.legs.map((leg) => ({ ...leg, signed: null }))
  expect(bundleFromJson(bundleToJson({ ...bundle, legs }))).toEqual({ ...bundle, legs })
})

test('a cell’s own words stay words, even those that look like bytes', () => {
  const legs = bundle.legs.map((leg) => {
    const cell = { ...leg.accept.cell, vendor: '0x10de', architecture: '0x', browser: '0xab', ortVersion: '0x01' }
    return { ...leg, accept: { ...leg.accept, cell } }
  })
  expect(bundleFromJson(bundleToJson({ ...bundle, legs }))).toEqual({ ...bundle, legs })
})

test('a person can read the file: ids as numbers, bytes as hex', () => {
  const file = JSON.parse(text) as { legs: [{ segments: [{ ids: number[]; signature: string }] }] }
  expect(file.legs[0].segments[0].ids[0]).toBe(100)
  expect(file.legs[0].segments[0].signature).toMatch(/^0x[0-9a-f]{128}$/)
})

test.each<[string, (file: string) => string]>([
  ['nothing', () => ''],
  ['a picture', () => '\u0089PNG\r\n\u001a\n'],
  ['half of a bundle', (file) => file.slice(0, file.length / 2)],
  ['two bundles', (file) => file + file],
  ['other JSON', () => '{}'],
  ['a list', () => '[]'],
  ['null', () => 'null'],
  ['bytes alone', () => '"0xabcd"'],
  ['brackets as deep as they come', () => '['.repeat(100_000)],
  ['a bundle of a later version', (file) => file.replace('"version": 2', '"version": 3')],
  ['a bundle of another kind', (file) => file.replace('locus-evidence', 'locus-receipt')],
  ['a bundle with a field too many', (file) => file.replace('{', '{"note": "trust me",')],
  ['a bundle with a field that objects inherit', (file) => file.replace('{', '{"__proto__": {"admin": true},')],
  ['a bundle whose bytes are in upper case', (file) => file.replace(/0x[0-9a-f]{128}/, (hex) => hex.toUpperCase())],
  ['a bundle whose bytes are short of one', (file) => file.replace(/(0x[0-9a-f]{126})[0-9a-f]{2}/, '$1')],
  ['a bundle whose bytes are a list', (file) => file.replace(/"0x[0-9a-f]{128}"/, '[1, 2, 3]')],
])('%s is receipt/malformed', (_what, change) => {
  expect(change(text)).not.toBe(text)
  expect(codeOf(change(text))).toBe('receipt/malformed')
})

test('a file above the cap is refused before it is parsed', () => {
  const padding = ' '.repeat(MAX_BUNDLE_BYTES - text.length)
  expect(codeOf(text + padding)).toBe('read')
  expect(codeOf(`${text}${padding} `)).toBe('receipt/malformed')
})

test('no text whatever throws anything but an error with a code', () => {
  const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes))
  fc.assert(
    fc.property(fc.oneof(anyText, fc.json()), (file) => {
      expect(codeOf(file)).toBe('receipt/malformed')
    }),
  )
})

test('a bundle with any piece cut out or replaced is read, refused or faulty, never an exception', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(12), fc.string({ maxLength: 4 }), (at, length, insert) => {
      const start = at % text.length
      const file = text.slice(0, start) + insert + text.slice(start + length)
      expect(['read', 'receipt/malformed']).toContain(codeOf(file))
      // What is read may be faulty; that it is judged at all is what an exception here would deny.
      if (codeOf(file) === 'read') faultOfBundle(bundleFromJson(file))
    }),
    { numRuns: 300 },
  )
})
