import { expect, test } from 'vitest'
import { createRandom } from '../../../src/platform/random.ts'

test('gives as many bytes as asked, no two times the same', () => {
  const random = createRandom()
  expect(random.bytes(0)).toHaveLength(0)
  expect(random.bytes(32)).toHaveLength(32)
  expect(random.bytes(32)).not.toEqual(random.bytes(32))
})

test('fills more than one request’s worth to the end', () => {
  const bytes = createRandom().bytes(65_536 + 64)
  expect(bytes).toHaveLength(65_600)
  expect(bytes.subarray(-64).some((byte) => byte !== 0)).toBe(true)
})
