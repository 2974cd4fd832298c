import type { Random } from '../../src/participant/ports.ts'
import { concatBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'

/** The same bytes on every run: SHA-256 of the seed and a counter. */
export function createSeededRandom(seed = 1): Random {
  let counter = 0
  return {
    bytes(length) {
      const blocks: Uint8Array[] = []
      for (let have = 0; have < length; have += 32) {
        blocks.push(taggedHash('seeded-random', u32(seed), u32(counter)))
        counter += 1
      }
      return concatBytes(...blocks).slice(0, length)
    },
  }
}
