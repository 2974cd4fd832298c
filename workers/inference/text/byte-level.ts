/**
 * GPT-2's byte alphabet: a byte-level vocabulary spells each byte as one printable character. Printable Latin-1 stands for itself, the other
 * 68 bytes take U+0100 onwards in order (openai/gpt-2, encoder.py, `bytes_to_unicode`).
 */
const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = byteAlphabet()

function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
    alphabet.set(String.fromCodePoint(printable ? byte : next++), byte)
  }
  return alphabet
}

/** The bytes that a byte-level token stands for. A character outside the alphabet counts as a zero byte, as the tokenizer's own decoder has it. */
export function bytesOfToken(token: string): number[] {
  return Array.from(token, (character) => BYTE_OF_CHARACTER.get(character) ?? 0)
}

/**
 * How many bytes at the end begin a UTF-8 character without ending it: 0 to 3. Cutting there never changes what is decoded, because the
 * decoder is in its initial state at that point (https://encoding.spec.whatwg.org/#utf-8-decoder).
 */
export function incompleteTail(bytes: ArrayLike<number>): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const second = bytes[bytes.length - back + 1]
    return back < characterLength(byte) && (second === undefined || mayFollow(byte, second)) ? back : 0
  }
  return 0
}

function characterLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  if (lead >= 0xf0 && lead <= 0xf4) return 4
  return 0
}

/** Shortest form only, no surrogates, nothing above U+10FFFF: the standard narrows the second byte after four leads. */
function mayFollow(lead: number, second: number): boolean {
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  return second >= lowest && second <= highest
}
