import { concatBytes, sha256 } from '../hash.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/**
 * Merkle tree hash of RFC 9162 §2.1.1: leaves and nodes are hashed under different prefixes, so that a node cannot pose as a leaf;
 * an odd count splits at the largest power of two below it. The empty tree is SHA-256 of nothing.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return sha256(new Uint8Array())
  if (leaves.length === 1) return sha256(concatBytes(LEAF, first))
  const split = 2 ** (31 - Math.clz32(leaves.length - 1))
  return sha256(concatBytes(NODE, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split))))
}
