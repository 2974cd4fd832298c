import { describe, expect, test } from 'vitest'
import { createEvidenceShelf, SHELF_LIFE_MS } from '../../../src/participant/evidence-shelf.ts'
import { MAX_BUNDLE_BYTES } from '../../../src/protocol/limits.ts'
import { evidenceHash } from '../../../src/protocol/wire/evidence-messages.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

const bundle = (fill: number, length = 100): Uint8Array => new Uint8Array(length).fill(fill)

function setUp() {
  const clock = createFakeClock()
  return { clock, shelf: createEvidenceShelf(clock) }
}

describe('the evidence shelf', () => {
  test('gives what was put there by its hash, and nothing else', () => {
    const { shelf } = setUp()
    const hash = shelf.put(bundle(1))
    expect(hash).toEqual(evidenceHash(bundle(1)))
    expect(shelf.get(hash)).toEqual(bundle(1))
    expect(shelf.get(evidenceHash(bundle(2)))).toBeNull()
  })

  test('keeps a copy: whoever put it there may go on writing', () => {
    const { shelf } = setUp()
    const bytes = bundle(1)
    const hash = shelf.put(bytes)
    bytes.fill(9)
    expect(shelf.get(hash)).toEqual(bundle(1))
  })

  test('forgets what has been there for its time, unless it was put there again', () => {
    const { shelf, clock } = setUp()
    const [old, renewed] = [shelf.put(bundle(1)), shelf.put(bundle(2))]
    clock.advance(SHELF_LIFE_MS - 1)
    shelf.put(bundle(2))
    expect(shelf.get(old)).not.toBeNull()
    clock.advance(1)
    expect([shelf.get(old), shelf.get(renewed)]).toEqual([null, bundle(2)])
  })

  test('makes room for the newest in number, oldest first', () => {
    const { shelf } = setUp()
    const hashes = Array.from({ length: 33 }, (_, index) => shelf.put(bundle(index)))
    expect(hashes.map((hash) => shelf.get(hash) !== null)).toEqual([false, ...Array.from({ length: 32 }, () => true)])
  })

  test('makes room for the newest in bytes, oldest first', () => {
    const { shelf } = setUp()
    const small = shelf.put(bundle(0))
    const large = [1, 2, 3, 4].map((fill) => shelf.put(bundle(fill, MAX_BUNDLE_BYTES)))
    expect(shelf.get(small)).toBeNull()
    expect(large.map((hash) => shelf.get(hash)?.length)).toEqual(Array.from({ length: 4 }, () => MAX_BUNDLE_BYTES))
    shelf.put(bundle(5))
    expect(large.map((hash) => shelf.get(hash) !== null)).toEqual([false, true, true, true])
  })

  test('counts what is put there twice once', () => {
    const { shelf } = setUp()
    const first = shelf.put(bundle(1, MAX_BUNDLE_BYTES))
    for (let count = 0; count < 10; count += 1) shelf.put(bundle(2, MAX_BUNDLE_BYTES))
    expect(shelf.get(first)).not.toBeNull()
  })

  test('takes nothing that is larger than a bundle may be', () => {
    const { shelf } = setUp()
    expect(() => shelf.put(bundle(1, MAX_BUNDLE_BYTES + 1))).toThrow(
      expect.objectContaining({ code: 'evidence/too-large' }),
    )
  })
})
