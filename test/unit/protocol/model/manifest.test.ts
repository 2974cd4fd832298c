import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { CHUNK_BYTES, MAX_MANIFEST_BYTES } from '../../../../src/protocol/limits.ts'
import {
  type ManifestFile,
  type ModelManifest,
  ModelManifestSchema,
  manifestBytes,
  modelRootOf,
} from '../../../../src/protocol/model/manifest.ts'
import { deterministicCbor } from '../../../../tools/vectors/deterministic-cbor.ts'
import { taggedSha256 } from '../../../../tools/vectors/tagged-sha256.ts'

const hex = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32)

function file(path: string, bytes = 10): ManifestFile {
  return { path, bytes, chunks: Array.from({ length: Math.ceil(bytes / CHUNK_BYTES) }, (_, i) => hex(i + 1)) }
}

const MANIFEST: ModelManifest = {
  version: 1,
  id: 'tiny',
  name: 'Tiny',
  license: 'apache-2.0',
  contextTokens: 512,
  files: [file('config.json'), file('onnx/model.onnx', CHUNK_BYTES + 1), file('tokenizer.json')],
}

function withPath(path: string): object {
  return { ...MANIFEST, files: [file(path)] }
}

test('a manifest of sorted files with one digest per chunk is one', () => {
  expect(v.parse(ModelManifestSchema, MANIFEST)).toEqual(MANIFEST)
  expect(manifestBytes(MANIFEST)).toBe(CHUNK_BYTES + 21)
})

test('the root is what its definition says, computed by other code', () => {
  const sha = (...parts: Uint8Array[]): Uint8Array =>
    new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
  const leaves = [1, 1, 2, 1].map((byte) => sha(Uint8Array.of(0), new Uint8Array(32).fill(byte)))
  const [a, b, c, d] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sha(Uint8Array.of(1), left, right)
  const manifestHash = taggedSha256('manifest', deterministicCbor(MANIFEST))
  expect(modelRootOf(MANIFEST)).toBe(bytesToHex(taggedSha256('model', manifestHash, node(node(a, b), node(c, d)))))
})

test('any flipped bit of any digest is another root', () => {
  const at = fc.record({ fileAt: fc.nat(2), chunkAt: fc.nat(1), bit: fc.nat(255) })
  fc.assert(
    fc.property(at, ({ fileAt, chunkAt, bit }) => {
      const changed = structuredClone(MANIFEST)
      const chunks = (changed.files[fileAt] as ManifestFile).chunks
      const index = chunkAt % chunks.length
      const bytes = Buffer.from(chunks[index] as string, 'hex')
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      chunks[index] = bytes.toString('hex')
      expect(modelRootOf(changed)).not.toBe(modelRootOf(MANIFEST))
    }),
  )
})

test.each<[string, Partial<ModelManifest>]>([
  ['id', { id: 'other' }],
  ['name', { name: 'Other' }],
  ['license', { license: 'mit' }],
  ['context', { contextTokens: 1_024 }],
  ['length of a file', { files: [{ ...file('config.json'), bytes: 11 }, ...MANIFEST.files.slice(1)] }],
  ['path of a file', { files: [file('config.jsom'), ...MANIFEST.files.slice(1)] }],
  ['number of files', { files: MANIFEST.files.slice(1) }],
])('another %s is another root', (_what, change) => {
  expect(modelRootOf({ ...MANIFEST, ...change })).not.toBe(modelRootOf(MANIFEST))
})

test('the same chunks divided otherwise among files are another root', () => {
  const moved = structuredClone(MANIFEST)
  moved.files = [file('config.json', CHUNK_BYTES + 1), file('onnx/model.onnx'), file('tokenizer.json')]
  expect(modelRootOf(moved)).not.toBe(modelRootOf(MANIFEST))
})

test.each([
  '../secret',
  'a/../b',
  '..',
  '.',
  './a',
  'a/./b',
  '/absolute',
  'a//b',
  'a/',
  '',
  'a\\b',
  'C:/a',
  '.hidden',
  'a/.hidden',
  'a b',
  'a\u0000b',
  'a\n',
  'modèle',
  '%2e%2e/a',
  'a'.repeat(129),
])('%j is no path of a model file', (path) => {
  expect(v.is(ModelManifestSchema, withPath(path))).toBe(false)
})

test.each(['config.json', 'onnx/model_q4.onnx', 'onnx/model_q4.onnx_data', 'a..b', '-', '_/-', 'a'.repeat(128)])(
  '%j is a path of a model file',
  (path) => {
    expect(v.is(ModelManifestSchema, withPath(path))).toBe(true)
  },
)

test('no path that a manifest allows leaves its folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '-', '%') }), (path) => {
      fc.pre(v.is(ModelManifestSchema, withPath(path)))
      expect(new URL(path, 'https://origin.example/models/tiny/').pathname).toBe(`/models/tiny/${path}`)
    }),
  )
})

test.each<[string, object]>([
  ['files out of order', { files: MANIFEST.files.toReversed() }],
  ['one file twice', { files: [file('a'), file('a')] }],
  ['no files', { files: [] }],
  ['65 files', { files: Array.from({ length: 65 }, (_, i) => file(`f${100 + i}`)) }],
  ['a digest too few', { files: [{ ...file('a', CHUNK_BYTES + 1), chunks: [hex(1)] }] }],
  ['a digest too many', { files: [{ ...file('a', CHUNK_BYTES), chunks: [hex(1), hex(2)] }] }],
  ['a digest of an empty file', { files: [{ path: 'a', bytes: 0, chunks: [hex(1)] }] }],
  ['a digest in upper case', { files: [{ path: 'a', bytes: 1, chunks: [hex(0xab).toUpperCase()] }] }],
  ['a file above 16 GiB', { files: [{ path: 'a', bytes: 16 * 1024 ** 3 + 1, chunks: [] }] }],
  ['half a byte', { files: [{ path: 'a', bytes: 0.5, chunks: [hex(1)] }] }],
  ['another version', { version: 2 }],
  ['a field too many', { url: 'https://elsewhere.example' }],
])('a manifest with %s is none', (_what, change) => {
  expect(v.is(ModelManifestSchema, { ...MANIFEST, ...change })).toBe(false)
})

test('an empty file has no chunks and may be listed', () => {
  expect(v.is(ModelManifestSchema, { ...MANIFEST, files: [file('empty', 0)] })).toBe(true)
})

test('the manifest of 16 GiB in 64 files fits the cap on manifests', () => {
  const files = Array.from({ length: 64 }, (_, i) => file(`onnx/${'part'.repeat(30)}${i + 10}`, 256 * CHUNK_BYTES))
  expect(JSON.stringify({ ...MANIFEST, files }).length).toBeLessThan(MAX_MANIFEST_BYTES)
})
