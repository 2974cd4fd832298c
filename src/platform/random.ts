import type { Random } from '../participant/ports.ts'

/** One call of `getRandomValues` gives at most this much (Web Cryptography, §10.1.1). */
const MAX_REQUEST_BYTES = 65_536

/** The operating system's randomness, through the browser. */
export function createRandom(): Random {
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let start = 0; start < length; start += MAX_REQUEST_BYTES) {
        crypto.getRandomValues(bytes.subarray(start, start + MAX_REQUEST_BYTES))
      }
      return bytes
    },
  }
}
