import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfToken } from '../../../../../workers/inference/text/byte-level.ts'
import { createDetokenizer } from '../../../../../workers/inference/text/detokenizer.ts'
import { createTokenizer, type ModelTokenizer } from '../../../../../workers/inference/text/tokenizer.ts'
import { embeddedFiles, sentencePieceFiles, unicodeText } from './tokenizer-files.ts'

const byteLevel = createTokenizer(embeddedFiles())
/** With a token that is not special and therefore shown, id 4096. */
const withTool = createTokenizer(
  embeddedFiles({
    tokenizer: {
      added_tokens: [
        { id: 0, content: '<|endoftext|>', special: true, normalized: false },
        { id: 4_096, content: '<tool>', special: false, normalized: false },
      ],
    },
  }),
)
const sentencePiece = createTokenizer(sentencePieceFiles())
const REPLACEMENT = '\uFFFD'

const text = fc.oneof(
  unicodeText(30),
  fc
    .array(fc.constantFrom('👩‍👩‍👧‍👦', '你', '好', 'é', 'a', ' ', '.', '\uFEFF', '𝄞', 'नि'), { maxLength: 20 })
    .map((characters) => characters.join('')),
)

/** Pushes one id at a time; checks at each that text grew and is the whole of what was returned. */
function pushEach(tokenizer: ModelTokenizer, ids: number[]): { steps: string[]; final: string } {
  const detokenizer = createDetokenizer(tokenizer)
  const steps = [detokenizer.text(false)]
  for (const id of ids) {
    const grown = detokenizer.push([id])
    expect(detokenizer.text(false)).toBe(steps.at(-1) + grown)
    steps.push(detokenizer.text(false))
  }
  return { steps, final: detokenizer.text(true) }
}

describe.each([
  ['byte-level', byteLevel],
  ['byte-level with a shown added token', withTool],
  ['SentencePiece with byte fallback', sentencePiece],
])('%s', (_, tokenizer) => {
  test('text in pieces is a growing part of the text, never with a broken character, and in the end all of it', () => {
    fc.assert(
      fc.property(
        text.filter((whole) => !whole.includes(REPLACEMENT)),
        (whole) => {
          const { steps, final } = pushEach(tokenizer, tokenizer.encode(whole, { addSpecialTokens: false }))
          const expected = tokenizer.decode(tokenizer.encode(whole, { addSpecialTokens: false }), {
            skipSpecialTokens: true,
          })
          expect(final).toBe(expected)
          expect(steps.at(-1)).toBe(expected)
          for (const step of steps) expect(expected.startsWith(step) && !step.includes(REPLACEMENT)).toBe(true)
        },
      ),
    )
  })

  test('any ids, split anywhere, also ones that spell no valid text: growing, and equal to the full decode at the end', () => {
    const id = fc.oneof(fc.nat(4_100), fc.integer({ min: 1, max: 257 }), fc.constantFrom(0, 4_096, 260_000))
    fc.assert(
      fc.property(fc.array(fc.array(id, { maxLength: 5 }), { maxLength: 20 }), (pushes) => {
        const detokenizer = createDetokenizer(tokenizer)
        let grown = ''
        for (const ids of pushes) {
          grown += detokenizer.push(ids)
          expect(detokenizer.text(false)).toBe(grown)
          expect(detokenizer.text(true).startsWith(grown)).toBe(true)
        }
        expect(detokenizer.text(true)).toBe(tokenizer.decode(pushes.flat(), { skipSpecialTokens: true }))
      }),
    )
  })
})

describe('createDetokenizer', () => {
  test('an incomplete character is withheld until it is whole, and shown broken only at the end', () => {
    const ids = byteLevel.encode('a🦊', { addSpecialTokens: false })
    expect(ids.length).toBeGreaterThan(2)
    const detokenizer = createDetokenizer(byteLevel)
    detokenizer.push(ids.slice(0, -1))
    expect(detokenizer.text(false)).toBe('a')
    expect(detokenizer.text(true)).toBe(`a${REPLACEMENT}`)
    expect(detokenizer.push(ids.slice(-1))).toBe('🦊')
    expect(detokenizer.text(true)).toBe('a🦊')
  })

  test('a shown added token ends an unfinished character; a special one is as if it were not there', () => {
    const [first = -1, second = -1] = idsOfBytes('é')
    const detokenizer = createDetokenizer(withTool)
    expect(detokenizer.push([first, 4_096])).toBe(`${REPLACEMENT}<tool>`)
    expect(detokenizer.push([first, 0, second])).toBe('é')
  })

  test('a long answer is decoded by looking at each id once', () => {
    let looked = 0
    const counting: ModelTokenizer = {
      ...byteLevel,
      piece: (id) => {
        looked++
        return byteLevel.piece(id)
      },
      decode: () => {
        throw new Error('decoded everything again')
      },
    }
    const ids = byteLevel.encode('The cat sat on the mat. '.repeat(200))
    const { final } = pushEach(counting, ids)
    expect(final).toBe('The cat sat on the mat. '.repeat(200))
    expect(looked).toBe(ids.length)
  })
})

/** One id for each byte of a text, whatever merges the vocabulary has. */
function idsOfBytes(whole: string): number[] {
  const idOfByte = new Map<number, number>()
  for (let id = 0; id < 4_096; id++) {
    const piece = byteLevel.piece(id)
    const [byte, ...more] = piece.kind === 'bytes' ? bytesOfToken(piece.spelling) : []
    if (byte !== undefined && more.length === 0) idOfByte.set(byte, id)
  }
  return Array.from(new TextEncoder().encode(whole), (byte) => idOfByte.get(byte) ?? -1)
}
