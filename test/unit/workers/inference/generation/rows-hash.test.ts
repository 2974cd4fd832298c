import { beforeAll, describe, expect, it } from 'vitest'
import { bytesToHex } from '../../../../../src/protocol/hash.ts'
import { createRowsHash, prepareRowsHash } from '../../../../../workers/inference/generation/rows-hash.ts'

describe.each([
  ['in plain code', async () => {}],
  ['compiled', prepareRowsHash],
])('the hash of a segment’s rows, %s', (_how, prepare) => {
  beforeAll(prepare)

  it('is SHA-256 over their f32 bytes in little-endian order', async () => {
    const bytes = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0, 0, 0x20, 0xc1)
    const hash = createRowsHash()
    hash.add(Float32Array.of(1, -0))
    hash.add(Float32Array.of(-10))
    expect(hash.digest()).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  })

  it('of no rows is SHA-256 of nothing', () => {
    expect(bytesToHex(createRowsHash().digest())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('sees only its rows when they are views into a larger run', () => {
    const run = Float32Array.of(1, 2, 3, 4)
    const [view, copy] = [createRowsHash(), createRowsHash()]
    view.add(run.subarray(2, 4))
    copy.add(Float32Array.of(3, 4))
    expect(view.digest()).toEqual(copy.digest())
  })

  it('keeps what was added, whatever becomes of the memory that it lay in', () => {
    const [reused, copy] = [createRowsHash(), createRowsHash()]
    const row = Float32Array.of(1, 2)
    reused.add(row)
    row.fill(9)
    copy.add(Float32Array.of(1, 2))
    expect(reused.digest()).toEqual(copy.digest())
  })

  it('tells −0 from 0: bits, not numbers', () => {
    const [zero, negative] = [createRowsHash(), createRowsHash()]
    zero.add(Float32Array.of(0))
    negative.add(Float32Array.of(-0))
    expect(zero.digest()).not.toEqual(negative.digest())
  })
})
