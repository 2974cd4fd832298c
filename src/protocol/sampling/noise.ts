import { taggedHash } from '../hash.ts'
import { ln } from './deterministic-math.ts'
import { philox4x32, type U32x2 } from './philox.ts'

/** The Philox key of one answer. */
export type NoiseKey = U32x2

/** The first 64 bits of H('noise', seed). `seed` is 32 bytes; nobody chose it alone, so it needs no more. */
export function noiseKeyOf(seed: Uint8Array): NoiseKey {
  const digest = taggedHash('noise', seed)
  const view = new DataView(digest.buffer, digest.byteOffset, 8)
  return [view.getUint32(0), view.getUint32(4)]
}

/**
 * Gumbel noise g = −ln(−ln u), u = (w + ½)/2³², for output position `position` and token `id` (protocol.md §3).
 * Word w is lane id mod 4 of Philox4x32-10 at counter (⌊id/4⌋, position, 0, 0).
 */
export function gumbel(key: NoiseKey, position: number, id: number): number {
  const words = philox4x32([id >>> 2, position, 0, 0], key)
  const word = words[id & 3] as number
  return -ln(-ln((word + 0.5) / 2 ** 32))
}
