import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfToken, incompleteTail } from '../../../../../workers/inference/text/byte-level.ts'

const decode = (bytes: number[]): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))

describe('byte-level text', () => {
  test('known spellings: Ġ is a space, Ċ a line feed, é two characters', () => {
    expect(bytesOfToken('ĠcatĊ')).toEqual([0x20, 0x63, 0x61, 0x74, 0x0a])
    expect(bytesOfToken('Ã©')).toEqual([0xc3, 0xa9])
  })

  test('the alphabet has one character for each of the 256 bytes', () => {
    const characters = Array.from({ length: 0x144 }, (_, code) => String.fromCodePoint(code))
    const bytes = characters.map((character) => bytesOfToken(character)[0] ?? -1)
    // 68 characters of this range spell nothing, and count as zero; one more spells zero.
    expect(new Set(bytes).size).toBe(256)
    expect(bytes.filter((byte) => byte === 0).length).toBe(0x144 - 255)
  })

  test('cutting before the incomplete tail never changes what is decoded, and leaves at most three bytes', () => {
    const byte = fc.oneof(
      fc.nat(255),
      fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0xc2, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xff),
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), fc.array(byte, { maxLength: 5 }), (before, after) => {
        const cut = before.length - incompleteTail(before)
        expect(before.length - cut).toBeLessThanOrEqual(3)
        expect(decode(before.slice(0, cut)) + decode([...before.slice(cut), ...after])).toBe(
          decode([...before, ...after]),
        )
      }),
      { numRuns: 5_000 },
    )
  })

  test('the tail is what a character still needs: nothing is shown broken that later bytes could complete', () => {
    for (const character of ['é', '你', '🦊', '\u{10ffff}', '\ud7ff', '\u0800']) {
      const bytes = [...new TextEncoder().encode(character)]
      for (let length = 1; length < bytes.length; length++)
        expect(incompleteTail([0x61, ...bytes.slice(0, length)])).toBe(length)
      expect(incompleteTail(bytes)).toBe(0)
    }
  })
})
