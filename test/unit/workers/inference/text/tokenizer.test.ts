import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenizer, MAX_TOKENIZER_CONFIG_BYTES } from '../../../../../workers/inference/text/tokenizer.ts'
import { embeddedFiles, jsonBytes, sentencePieceFiles, unicodeText } from './tokenizer-files.ts'

const BOS = 0

describe('createTokenizer', () => {
  const tokenizer = createTokenizer(embeddedFiles())

  test('bos goes before a text unless it is asked not to', () => {
    const bare = tokenizer.encode('Once upon a time', { addSpecialTokens: false })
    expect(bare.length).toBeGreaterThan(1)
    expect(bare).not.toContain(BOS)
    expect(tokenizer.encode('Once upon a time')).toEqual([BOS, ...bare])
  })

  test('any text comes back from its ids', () => {
    fc.assert(
      fc.property(unicodeText(40), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text), { skipSpecialTokens: true })).toBe(text)
      }),
    )
  })

  test('spaces before full stops stay, also where the config leaves the clean-up at its default', () => {
    const config = { clean_up_tokenization_spaces: undefined }
    const { encode, decode } = createTokenizer(embeddedFiles({ config }))
    expect(decode(encode('She said . No , not ?'), { skipSpecialTokens: true })).toBe('She said . No , not ?')
  })

  test('special tokens are shown or dropped, and ids that no vocabulary entry has are dropped', () => {
    const ids = [BOS, ...tokenizer.encode('cat', { addSpecialTokens: false }), 260_000, BOS]
    expect(tokenizer.decode(ids)).toBe('<|endoftext|>cat<|endoftext|>')
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('cat')
    expect(tokenizer.decode([])).toBe('')
    expect(tokenizer.decode([260_000, -1])).toBe('')
  })

  test('a prompt is what the chat template writes, with one bos', async () => {
    expect(await tokenizer.encodePrompt('Once upon a time')).toEqual(tokenizer.encode('Once upon a time'))
    const doubled = createTokenizer(
      embeddedFiles({
        config: { chat_template: '{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}' },
      }),
    )
    expect(await doubled.encodePrompt('hello')).toEqual(tokenizer.encode('[user] hello'))
  })

  test('without a template a prompt is the plain text with bos; a template file of its own wins', async () => {
    const files = embeddedFiles({ config: { chat_template: undefined } })
    expect(await createTokenizer(files).encodePrompt('hello')).toEqual(tokenizer.encode('hello'))
    const chatTemplateJinja = new TextEncoder().encode('{{ bos_token }}>{{ messages[0].content }}')
    expect(await createTokenizer({ ...embeddedFiles(), chatTemplateJinja }).encodePrompt('hello')).toEqual(
      tokenizer.encode('>hello'),
    )
  })

  test('a SentencePiece vocabulary with byte fallback encodes and decodes', () => {
    const { encode, decode, byteLevel } = createTokenizer(sentencePieceFiles())
    expect(byteLevel).toBe(false)
    expect(decode(encode('the cat 你好'), { skipSpecialTokens: true })).toBe('the cat 你好')
  })

  test.each([
    ['tokenizer.json that is no text', { tokenizerJson: Uint8Array.of(0xff, 0xfe) }],
    ['tokenizer.json that is no JSON', { tokenizerJson: new TextEncoder().encode('<html>') }],
    ['tokenizer.json that is a list', { tokenizerJson: jsonBytes([]) }],
    ['tokenizer.json without a model', { tokenizerJson: jsonBytes({ decoder: null }) }],
    ['tokenizer.json of an unknown kind', { tokenizerJson: jsonBytes({ model: { type: 'Zip' }, decoder: null }) }],
    ['tokenizer_config.json cut short', { tokenizerConfigJson: new TextEncoder().encode('{"bos_token": "<') }],
    ['tokenizer_config.json that is nothing', { tokenizerConfigJson: jsonBytes(null) }],
  ])('%s is unreadable', (_, change) => {
    expect(() => createTokenizer({ ...embeddedFiles(), ...change })).toThrow(
      expect.objectContaining({ code: 'engine/model-unreadable' }),
    )
  })

  test('files over their caps, and a tokenizer for speech, are unsupported', () => {
    const code = expect.objectContaining({ code: 'engine/model-unsupported' })
    const tokenizerConfigJson = new Uint8Array(MAX_TOKENIZER_CONFIG_BYTES + 1)
    expect(() => createTokenizer({ ...embeddedFiles(), tokenizerConfigJson })).toThrow(code)
    expect(() => createTokenizer(embeddedFiles({ tokenizer: { decoder: { type: 'CTC' } } }))).toThrow(code)
  })
})
