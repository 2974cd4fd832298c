import { expect, test } from 'vitest'
import { bytesToHex, sha256 } from '../../../../../src/protocol/hash.ts'
import { graphHash } from '../../../../../workers/inference/graph/graph-hash.ts'

test('the graph hash is the SHA-256 of exactly the bytes given, also when they are a view', async () => {
  const file = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251)
  expect(await graphHash(file)).toBe(bytesToHex(sha256(file)))
  expect(await graphHash(file.subarray(10, 20))).toBe(bytesToHex(sha256(file.slice(10, 20))))
  // FIPS 180-4: SHA-256 of the empty message.
  expect(await graphHash(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
