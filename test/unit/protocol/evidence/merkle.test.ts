import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merkleRoot } from '../../../../src/protocol/evidence/merkle.ts'
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
