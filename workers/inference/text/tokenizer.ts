import { Tokenizer } from '@huggingface/tokenizers'
import { unreadable, unsupported } from '../graph/model-error.ts'
import { type ChatTemplateConfig, renderChat } from './chat-template.ts'
import type { RenderTemplate } from './template-renderer.ts'

/** tokenizer.json: the largest vocabularies of today (262,144 entries with merges) take 33 MB. */
export const MAX_TOKENIZER_BYTES = 64 * 1024 * 1024

/** tokenizer_config.json and chat_template.jinja: the longest lists of added tokens take about 1 MB. */
export const MAX_TOKENIZER_CONFIG_BYTES = 4 * 1024 * 1024

/** The files of one model, as read from hash-pinned storage; they are not kept. */
export interface TokenizerFiles {
  tokenizerJson: Uint8Array
  tokenizerConfigJson: Uint8Array
  /** `chat_template.jinja`, where a model ships its template apart; it wins over the one in the config. */
  chatTemplateJinja?: Uint8Array
}

export interface ModelTokenizer {
  /** Special tokens (bos) are added unless `addSpecialTokens` is false. */
  encode(text: string, options?: { addSpecialTokens?: boolean }): number[]
  /**
   * The whole text of the ids. Spaces are never "cleaned up", so that text only grows with its ids. Ids outside the vocabulary are
   * dropped: they may come from a stranger. An incomplete character at the end becomes U+FFFD; to withhold it use `createDetokenizer`.
   */
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string
  /**
   * What a person typed, as the model wants to see it: its chat template with one user message, or the plain text with bos.
   * Typed text that spells a special token becomes that token, as in every tokenizer of the hub.
   * Errors: those of `renderChat`.
   */
  encodePrompt(text: string): Promise<number[]>
  /** How one id is spelt, for `createDetokenizer`. */
  piece(id: number): Piece
  /** True when text is the UTF-8 of the pieces' bytes in a row, so that it can be decoded piece by piece. */
  readonly byteLevel: boolean
}

/** `text` stands as it is; `bytes` is spelt in the byte alphabet; `none` is a special token or an unknown id. */
export type Piece = { kind: 'none' } | { kind: 'text'; text: string } | { kind: 'bytes'; spelling: string }

/**
 * `render`: where the model's chat template is run; here, in this thread, unless something better is given.
 * @throws CodedError `engine/model-unreadable` or `engine/model-unsupported`, naming the file.
 */
export function createTokenizer(files: TokenizerFiles, render: RenderTemplate = renderHere): ModelTokenizer {
  const json = parseObject('tokenizer.json', files.tokenizerJson, MAX_TOKENIZER_BYTES)
  const config = parseObject('tokenizer_config.json', files.tokenizerConfigJson, MAX_TOKENIZER_CONFIG_BYTES)
  const chatConfig: ChatTemplateConfig = files.chatTemplateJinja
    ? {
        ...config,
        chat_template: decodeText('chat_template.jinja', files.chatTemplateJinja, MAX_TOKENIZER_CONFIG_BYTES),
      }
    : config
  const tokenizer = build(json, config)

  // The library drops special tokens by their text, so two ids with one text are both dropped; so are they here.
  const added = tokenizer.get_added_tokens_decoder()
  const special = new Set<string | undefined>(
    [...added.values()].filter((token) => token.special).map((token) => token.content),
  )
  const additional = config['additional_special_tokens']
  for (const token of Array.isArray(additional) ? additional : []) if (typeof token === 'string') special.add(token)
  const literal = new Set([...added.values()].map((token) => token.content))

  const encode = (text: string, { addSpecialTokens = true } = {}): number[] => {
    const { ids } = tokenizer.encode(text, { add_special_tokens: addSpecialTokens })
    if (ids.every((id) => Number.isSafeInteger(id) && id >= 0)) return ids
    throw unsupported('its tokenizer has no id for part of this text.')
  }

  return {
    encode,
    decode(ids, { skipSpecialTokens = false } = {}) {
      const known = ids.filter((id) => tokenizer.id_to_token(id) !== undefined)
      if (known.length === 0) return ''
      return tokenizer.decode(known, { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false })
    },
    async encodePrompt(text) {
      const rendered = await renderChat(chatConfig, [{ role: 'user', content: text }], render)
      return encode(rendered.text, { addSpecialTokens: !rendered.templated })
    },
    piece(id) {
      const token = tokenizer.id_to_token(id)
      if (token === undefined || special.has(token)) return { kind: 'none' }
      return literal.has(token) ? { kind: 'text', text: token } : { kind: 'bytes', spelling: token }
    },
    byteLevel: isByteLevel(json),
  }
}

/** Steps and sizes are counted all the same; only what they do not count would not be ended. */
const renderHere: RenderTemplate = async (job) => {
  const { renderTemplate } = await import('../../template/render-template.ts')
  return renderTemplate(job)
}

function build(json: Record<string, unknown>, config: Record<string, unknown>): Tokenizer {
  const decoder = json['decoder']
  // Connectionist temporal classification merges repeats: text would have to shrink when ids arrive. It belongs to speech models.
  if (isRecord(decoder) && decoder['type'] === 'CTC') throw unsupported('its tokenizer is one for speech.')
  let tokenizer: Tokenizer
  try {
    tokenizer = new Tokenizer(json, config)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw unreadable(
      'tokenizer.json does not describe a tokenizer.',
      { file: 'tokenizer.json', reason: reason.slice(0, 200) },
      cause,
    )
  }
  return tokenizer
}

/** A suffix that marks the ends of words is replaced over the whole text, which piece by piece cannot do. */
function isByteLevel(json: Record<string, unknown>): boolean {
  const { decoder, model } = json
  return isRecord(decoder) && decoder['type'] === 'ByteLevel' && isRecord(model) && !model['end_of_word_suffix']
}

function parseObject(file: string, bytes: Uint8Array, maxBytes: number): Record<string, unknown> {
  const text = decodeText(file, bytes, maxBytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw unreadable(`${file} is not JSON.`, { file }, cause)
  }
  if (!isRecord(value) || Array.isArray(value)) throw unreadable(`${file} is not a JSON object.`, { file })
  return value
}

function decodeText(file: string, bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes)
    throw unsupported(`${file} is larger than ${maxBytes} bytes.`, { file, bytes: bytes.length })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw unreadable(`${file} is not UTF-8 text.`, { file }, cause)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
