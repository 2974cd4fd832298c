import { bytesOfToken, incompleteTail } from './byte-level.ts'
import type { ModelTokenizer } from './tokenizer.ts'

/** Text of a growing list of ids, without special tokens. It never splits a character, and what was shown stays. */
export interface Detokenizer {
  /** Takes the next ids and returns the characters they completed, often none. */
  push(ids: readonly number[]): string
  /**
   * All text so far. A trailing incomplete character is withheld unless `final`; then the text equals the tokenizer's decode of all ids
   * without special tokens. `text(true)` ends nothing: more ids may follow.
   */
  text(final: boolean): string
}

/** Pushing costs time in the new ids only for byte-level vocabularies, in all ids so far for others. */
export function createDetokenizer(tokenizer: ModelTokenizer): Detokenizer {
  return tokenizer.byteLevel ? byteLevelDetokenizer(tokenizer) : wholeDetokenizer(tokenizer)
}

function byteLevelDetokenizer(tokenizer: ModelTokenizer): Detokenizer {
  // A byte order mark is a character like any other here, as it is for the tokenizer.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let shown = ''
  let pending: number[] = []
  const flush = (bytes: number[]): string => decoder.decode(Uint8Array.from(bytes))

  const take = (id: number): string => {
    const piece = tokenizer.piece(id)
    if (piece.kind === 'none') return ''
    if (piece.kind === 'text') {
      const text = flush(pending) + piece.text
      pending = []
      return text
    }
    const bytes = [...pending, ...bytesOfToken(piece.spelling)]
    const complete = bytes.length - incompleteTail(bytes)
    pending = bytes.slice(complete)
    return flush(bytes.slice(0, complete))
  }

  return {
    push(ids) {
      const grown = ids.map(take).join('')
      shown += grown
      return grown
    },
    text: (final) => (final ? shown + flush(pending) : shown),
  }
}

/** For vocabularies whose decoder looks at neighbours (SentencePiece and WordPiece): decodes everything each time. */
function wholeDetokenizer(tokenizer: ModelTokenizer): Detokenizer {
  const ids: number[] = []
  let shown = ''
  const decode = (): string => tokenizer.decode(ids, { skipSpecialTokens: true })

  return {
    push(next) {
      ids.push(...next)
      const text = decode().replace(/\uFFFD+$/, '')
      // A decoder may still change its mind about the end of the text: show it when it has settled.
      if (!text.startsWith(shown)) return ''
      const grown = text.slice(shown.length)
      shown = text
      return grown
    },
    text: (final) => (final ? decode() : shown),
  }
}
