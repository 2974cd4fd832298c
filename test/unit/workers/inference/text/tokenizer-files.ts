import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { TokenizerFiles } from '../../../../../workers/inference/text/tokenizer.ts'

const FOLDER = new URL('../../../../../public/models/locus-stories/', import.meta.url)

type Json = Record<string, unknown>

export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** The embedded model's tokenizer (byte-level BPE), with top-level fields replaced. */
export function embeddedFiles(change: { tokenizer?: Json; config?: Json } = {}): TokenizerFiles {
  const read = (path: string): Json => JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'))
  return {
    tokenizerJson: jsonBytes({ ...read('tokenizer.json'), ...change.tokenizer }),
    tokenizerConfigJson: jsonBytes({ ...read('tokenizer_config.json'), ...change.config }),
  }
}

/** A SentencePiece-like vocabulary, as Llama 2 and Gemma have it: ▁ for spaces, and a token for each byte that letters do not cover. */
export function sentencePieceFiles(): TokenizerFiles {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const letters = Array.from('▁abcdefghijklmnopqrstuvwxyz')
  const vocab = Object.fromEntries(
    ['<unk>', '<s>', ...bytes, ...letters, '▁t', 'he', '▁the'].map((token, id) => [token, id]),
  )
  const special = (id: number, content: string): Json => ({ id, content, special: true, normalized: false })
  return {
    tokenizerJson: jsonBytes({
      added_tokens: [special(0, '<unk>'), special(1, '<s>')],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        type: 'BPE',
        unk_token: '<unk>',
        byte_fallback: true,
        fuse_unk: true,
        vocab,
        merges: ['▁ t', 'h e', '▁t he'],
      },
    }),
    tokenizerConfigJson: jsonBytes({ tokenizer_class: 'LlamaTokenizer' }),
  }
}

/** Any text that UTF-8 can carry: all of Unicode but lone surrogates, of up to `maxLength` code points. */
export function unicodeText(maxLength: number): fc.Arbitrary<string> {
  const codePoint = fc.oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  return fc.array(codePoint, { maxLength }).map((codePoints) => String.fromCodePoint(...codePoints))
}
