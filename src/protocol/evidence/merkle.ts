import { bytesEqual, concatBytes, sha256 } from '../hash.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** A path of more nodes would belong to a tree of more than 2³¹ leaves. */
const MAX_PATH = 31

/**
 * Merkle tree hash of RFC 9162 §2.1.1: leaves and nodes are hashed under different prefixes, so that a node cannot pose as a leaf;
 * an odd count splits at the largest power of two below it. The empty tree is SHA-256 of nothing.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return sha256(new Uint8Array())
  if (leaves.length === 1) return leafHash(first)
  const split = splitOf(leaves.length)
  return nodeHash(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/** The nodes that lead from leaf `index` to the root, lowest first (RFC 9162 §2.1.3.1). Errors: RangeError for an index without a leaf. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError('no leaf of that index')
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...inclusionProof(left, index), merkleRoot(right)]
    : [...inclusionProof(right, index - split), merkleRoot(left)]
}

export interface Inclusion {
  leaf: Uint8Array
  /** Position of the leaf among `count`. */
  index: number
  count: number
  /** From `inclusionProof`. */
  path: readonly Uint8Array[]
  root: Uint8Array
}

/**
 * Whether the leaf stands at that index under that root (RFC 9162 §2.1.3.2). Remote input: whatever does not fit is simply not valid.
 *
 * @internal What somebody runs who is handed a proof: in a page nobody is, yet.
 */
export function verifyInclusion({ leaf, index, count, path, root }: Inclusion): boolean {
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count) return false
  if (count > 2 ** MAX_PATH || path.length > MAX_PATH || path.some((node) => node.length !== 32)) return false
  let [here, last] = [index, count - 1]
  let hash = leafHash(leaf)
  for (const node of path) {
    if (last === 0) return false
    if (here % 2 === 1 || here === last) {
      hash = nodeHash(node, hash)
      // A right edge without a brother is passed up as it is.
      while (here % 2 === 0 && here !== 0) [here, last] = [half(here), half(last)]
    } else {
      hash = nodeHash(hash, node)
    }
    here = half(here)
    last = half(last)
  }
  return last === 0 && bytesEqual(hash, root)
}

const leafHash = (leaf: Uint8Array): Uint8Array => sha256(concatBytes(LEAF, leaf))
const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concatBytes(NODE, left, right))
const half = (value: number): number => Math.floor(value / 2)

/** The largest power of two below `count`, which is at least 2. */
const splitOf = (count: number): number => 2 ** (31 - Math.clz32(count - 1))
