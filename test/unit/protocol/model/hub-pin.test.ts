import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { HUB_CATALOGUE } from '../../../../src/protocol/model/hub-catalogue.ts'
import { type HubPin, HubPinSchema, manifestOfPin, pinBytes, pinIdOf } from '../../../../src/protocol/model/hub-pin.ts'
import { modelRootOf } from '../../../../src/protocol/model/manifest.ts'

const PIN: HubPin = {
  version: 1,
  repo: 'owner/Name-1B',
  revision: 'ab'.repeat(20),
  precision: 'q4',
  license: 'apache-2.0',
  contextTokens: 2_048,
  cache: { layers: 2, keyValueHeads: 2, headDimension: 16 },
  files: [
    { path: 'config.json', bytes: 10, hash: { kind: 'git-sha1', hex: 'cd'.repeat(20) } },
    { path: 'onnx/model_q4.onnx', bytes: 1_048_577, hash: { kind: 'sha256', hex: 'ef'.repeat(32) } },
  ],
}
const CHUNKS = [['01'.repeat(32)], ['02'.repeat(32), '03'.repeat(32)]]

test('a pin of sorted files, each with its hash, is one', () => {
  expect(v.parse(HubPinSchema, PIN)).toEqual(PIN)
  expect(pinBytes(PIN)).toBe(1_048_587)
})

test.each<[string, Partial<HubPin> | object]>([
  ['commit', { revision: 'ac'.repeat(20) }],
  ['repository', { repo: 'owner/Name-2B' }],
  ['precision', { precision: 'q8' }],
  ['hash of a file', { files: [{ ...PIN.files[0], hash: { kind: 'git-sha1', hex: 'ce'.repeat(20) } }, PIN.files[1]] }],
  ['length of a file', { files: [{ ...PIN.files[0], bytes: 11 }, PIN.files[1]] }],
])('another %s is another pin', (_what, change) => {
  expect(pinIdOf({ ...PIN, ...change })).not.toBe(pinIdOf(PIN))
})

test.each<[string, object]>([
  ['a branch instead of a commit', { revision: 'main' }],
  ['files out of order', { files: PIN.files.toReversed() }],
  ['no files', { files: [] }],
  ['an empty file', { files: [{ ...PIN.files[0], bytes: 0 }] }],
  ['a file outside its folder', { files: [{ ...PIN.files[0], path: '../config.json' }] }],
  ['a SHA-1 where SHA-256 is meant', { files: [{ ...PIN.files[0], hash: { kind: 'sha256', hex: 'cd'.repeat(20) } }] }],
  ['a licence with markup', { license: '<b>mit</b>' }],
  ['a name that leaves the hub', { repo: '../api' }],
  ['an address for a name', { repo: 'https://elsewhere.example/x' }],
  ['a field too many', { url: 'https://elsewhere.example' }],
])('a pin with %s is none', (_what, change) => {
  expect(v.safeParse(HubPinSchema, { ...PIN, ...change }).success).toBe(false)
})

test('no repository that a pin allows leaves the path it is put into', () => {
  const part = fc.string({ unit: fc.constantFrom('.', 'a', '\\', '-', '%', '?', '#'), maxLength: 3 })
  const names = fc.tuple(part, part).map(([owner, name]) => `a${owner}/a${name}`)
  fc.assert(
    fc.property(names, (repo) => {
      fc.pre(v.safeParse(HubPinSchema, { ...PIN, repo }).success)
      const url = new URL(`/${repo}/resolve/${PIN.revision}/config.json`, 'https://hub.example')
      expect(url.pathname).toBe(`/${repo}/resolve/${PIN.revision}/config.json`)
    }),
  )
})

describe('the manifest of a pinned model', () => {
  test('has its chunks, and a name that says commit and precision', () => {
    const manifest = manifestOfPin(PIN, CHUNKS)
    expect(manifest).toMatchObject({ id: `owner/Name-1B@${'ab'.repeat(6)}:q4`, name: 'Name-1B q4' })
    expect(manifest.files.map((file) => file.chunks)).toEqual(CHUNKS)
  })

  test('has one root, however its files were hashed before they were fetched', () => {
    const bySha256: HubPin = {
      ...PIN,
      files: PIN.files.map((file) => ({ ...file, hash: { kind: 'sha256', hex: '11'.repeat(32) } })),
    }
    expect(pinIdOf(bySha256)).not.toBe(pinIdOf(PIN))
    expect(modelRootOf(manifestOfPin(bySha256, CHUNKS))).toBe(modelRootOf(manifestOfPin(PIN, CHUNKS)))
  })

  test('is none while a chunk is unknown', () => {
    expect(() => manifestOfPin(PIN, [CHUNKS[0] ?? [], ['02'.repeat(32)]])).toThrow('one digest per chunk')
  })
})

describe('the hub catalogue of this page', () => {
  test('pins every byte by SHA-256, at commits, with a licence', () => {
    expect(HUB_CATALOGUE.length).toBeGreaterThan(0)
    for (const pin of HUB_CATALOGUE) {
      expect(v.parse(HubPinSchema, pin)).toEqual(pin)
      expect(new Set(pin.files.map((file) => file.hash.kind))).toEqual(new Set(['sha256']))
      expect(pin.license).not.toBe('unknown')
    }
  })

  test('names no model twice', () => {
    expect(new Set(HUB_CATALOGUE.map(pinIdOf)).size).toBe(HUB_CATALOGUE.length)
  })
})
