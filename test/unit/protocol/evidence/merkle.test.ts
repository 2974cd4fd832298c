import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Inclusion,
  inclusionProof,
  merkleRoot,
  verifyInclusion,
} from '../../../../src/protocol/evidence/merkle.ts'
import { bytesToHex, hexToBytes } from '../../../../src/protocol/hash.ts'

/** The eight entries of the test tree that Certificate Transparency's reference implementation publishes. */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hexToBytes)

/** Its roots, for the first 0, 1, … 8 entries. */
const CT_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function sha256(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
}

/**
 * The same tree from below: pair neighbours, carry an odd one up unchanged. RFC 9162 §2.1.1 defines it from above; that both ways
 * meet is what makes this an independent answer.
 */
function rootFromBelow(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves.map((leaf) => sha256(Uint8Array.of(0), leaf))
  while (level.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = level.slice(i, i + 2)
      if (left !== undefined) next.push(right === undefined ? left : sha256(Uint8Array.of(1), left, right))
    }
    level = next
  }
  return level[0] ?? sha256()
}

test.each(CT_ROOTS.map((root, count) => ({ count, root })))(
  'the published root of the first $count entries',
  ({ count, root }) => {
    expect(bytesToHex(merkleRoot(CT_LEAVES.slice(0, count)))).toBe(root)
  },
)

test('a tree of any count, odd ones too, is the one built from below', () => {
  for (let count = 0; count <= 70; count++) {
    const leaves = Array.from({ length: count }, (_, i) => Uint8Array.of(i, i >> 8))
    expect(merkleRoot(leaves)).toEqual(rootFromBelow(leaves))
  }
})

test('two leaves are not one leaf that holds their hashes: a node cannot pose as a leaf', () => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
  const asLeaf = Buffer.concat([sha256(Uint8Array.of(0), a), sha256(Uint8Array.of(0), b)])
  expect(merkleRoot([new Uint8Array(asLeaf)])).not.toEqual(merkleRoot([a, b]))
})

test('an odd leaf is not paired with itself, or two lists would have one root', () => {
  const [a, b, c] = [1, 2, 3].map((byte) => Uint8Array.of(byte)) as [Uint8Array, Uint8Array, Uint8Array]
  expect(merkleRoot([a, b, c])).not.toEqual(merkleRoot([a, b, c, c]))
})

test('any change of any leaf, of their order or of their number is another root', () => {
  const lists = fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 20 })
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const equal = a.length === b.length && a.every((leaf, i) => Buffer.compare(leaf, b[i] ?? Buffer.of()) === 0)
      expect(bytesToHex(merkleRoot(a)) === bytesToHex(merkleRoot(b))).toBe(equal)
    }),
  )
})

describe('a proof of inclusion', () => {
  /** A tree of up to 40 leaves, and one of them. */
  const chosen = fc
    .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 40 })
    .chain((leaves) => fc.record({ leaves: fc.constant(leaves), index: fc.nat(leaves.length - 1) }))

  function inclusionOf(leaves: Uint8Array[], index: number): Inclusion {
    const leaf = leaves[index] as Uint8Array
    return { leaf, index, count: leaves.length, path: inclusionProof(leaves, index), root: merkleRoot(leaves) }
  }

  test('of the published tree is the published one', () => {
    // Test vectors of Certificate Transparency's reference implementation: entry 6 of 8, and entry 3 of 3.
    expect(inclusionProof(CT_LEAVES, 5).map(bytesToHex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(inclusionProof(CT_LEAVES.slice(0, 3), 2).map(bytesToHex)).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ])
  })

  test('holds for every leaf of every tree, and is as long as the tree is high at most', () => {
    for (let count = 1; count <= 40; count++) {
      const leaves = Array.from({ length: count }, (_, i) => Uint8Array.of(i))
      for (let index = 0; index < count; index++) {
        const inclusion = inclusionOf(leaves, index)
        expect(verifyInclusion(inclusion)).toBe(true)
        expect(inclusion.path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)))
      }
    }
  })

  test('holds for nothing else: not another leaf, place, count, root or path', () => {
    fc.assert(
      fc.property(chosen, fc.nat(255), fc.nat(), ({ leaves, index }, byte, at) => {
        const honest = inclusionOf(leaves, index)
        expect(verifyInclusion(honest)).toBe(true)
        const leaf = Uint8Array.of(...honest.leaf, byte)
        expect(verifyInclusion({ ...honest, leaf })).toBe(false)
        expect(verifyInclusion({ ...honest, path: [...honest.path, leaves[0] as Uint8Array] })).toBe(false)
        expect(verifyInclusion({ ...honest, path: [...honest.path, honest.root] })).toBe(false)
        expect(verifyInclusion({ ...honest, index: leaves.length })).toBe(false)
        expect(verifyInclusion({ ...honest, index: -1 })).toBe(false)
        expect(verifyInclusion({ ...honest, index: index + 0.5 })).toBe(false)
        expect(verifyInclusion({ ...honest, count: Number.NaN })).toBe(false)
        expect(verifyInclusion({ ...honest, root: flip(honest.root, at) })).toBe(false)
        const step = at % Math.max(1, honest.path.length)
        const bent = honest.path.map((node, i) => (i === step ? flip(node, at) : node))
        if (bent.length > 0) expect(verifyInclusion({ ...honest, path: bent })).toBe(false)
        expect(verifyInclusion({ ...honest, path: honest.path.slice(1) })).toBe(leaves.length === 1)
      }),
    )
  })

  test('of another place fails, where the leaves differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (count, a, b) => {
        const [here, there] = [a % count, b % count]
        const leaves = Array.from({ length: count }, (_, i) => Uint8Array.of(i))
        expect(verifyInclusion({ ...inclusionOf(leaves, here), index: there })).toBe(here === there)
      }),
    )
  })

  test('of a node that poses as a leaf fails', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
    const leaf = new Uint8Array(Buffer.concat([sha256(Uint8Array.of(0), a), sha256(Uint8Array.of(0), b)]))
    expect(verifyInclusion({ leaf, index: 0, count: 1, path: [], root: merkleRoot([a, b]) })).toBe(false)
  })

  test('cannot be asked for of a leaf that is not there', () => {
    expect(() => inclusionProof([], 0)).toThrow(RangeError)
    expect(() => inclusionProof(CT_LEAVES, 8)).toThrow(RangeError)
    expect(() => inclusionProof(CT_LEAVES, -1)).toThrow(RangeError)
  })
})

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte))
}
