import { Template } from '@huggingface/jinja'
import { unreadable, unsupported } from '../graph/model-error.ts'

/** Characters of a template: the longest of today's hub models has about 20,000, most of it for tools. */
export const MAX_CHAT_TEMPLATE_CHARS = 100_000

/** Characters that a template may write: a full context of 32,768 tokens at 16 characters each, more than any prompt that can be run. */
export const MAX_RENDERED_CHARS = 524_288

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface RenderedChat {
  text: string
  /** True when a template wrote it: it has placed bos itself, so encode without adding special tokens. */
  templated: boolean
}

/** tokenizer_config.json as parsed: a template may use any of its `*_token` fields. */
export interface ChatTemplateConfig {
  chat_template?: unknown
  [field: string]: unknown
}

/**
 * The messages in the model's own chat format, ending where the assistant is to speak. Without a template: the contents, one a line.
 * Jinja as the hub uses it: https://huggingface.co/docs/transformers/chat_templating. The interpreter runs no JavaScript of the template's,
 * but a template can loop for long: it must come from hash-pinned files, and whoever runs the worker must be able to kill it.
 *
 * @throws CodedError `engine/model-unreadable` if the template is not valid Jinja or refuses the messages; `engine/model-unsupported` if
 * the template or what it writes exceeds its cap.
 */
export function renderChat(config: ChatTemplateConfig, messages: readonly ChatMessage[]): RenderedChat {
  const template = templateOf(config.chat_template)
  if (template === null)
    return { text: capped(messages.map((message) => message.content).join('\n')), templated: false }
  if (template.length > MAX_CHAT_TEMPLATE_CHARS) {
    throw unsupported(`its chat template is longer than ${MAX_CHAT_TEMPLATE_CHARS} characters.`, {
      chars: template.length,
    })
  }
  return { text: capped(render(template, config, messages)), templated: true }
}

function render(template: string, config: ChatTemplateConfig, messages: readonly ChatMessage[]): string {
  try {
    return new Template(template).render({
      ...specialTokens(config),
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
    })
  } catch (cause) {
    // Includes `raise_exception(…)`, by which a template refuses messages, and strings or nesting beyond what the machine holds.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw unreadable('its chat template failed.', { reason: reason.slice(0, 200) }, cause)
  }
}

/** Either the template, or a list of named ones of which `default` is meant for chat. */
function templateOf(field: unknown): string | null {
  if (field === undefined || field === null) return null
  if (typeof field === 'string') return field
  if (Array.isArray(field)) {
    const chosen: unknown = field.find((entry: unknown) => isRecord(entry) && entry['name'] === 'default')
    if (isRecord(chosen) && typeof chosen['template'] === 'string') return chosen['template']
  }
  throw unreadable('its chat template is neither text nor a list with a default.')
}

/** bos_token, eos_token and the like, which older configs write as an object with a `content`. */
function specialTokens(config: ChatTemplateConfig): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const [field, value] of Object.entries(config)) {
    if (!field.endsWith('_token')) continue
    const content = isRecord(value) ? value['content'] : value
    if (typeof content === 'string') tokens[field] = content
  }
  return tokens
}

function capped(text: string): string {
  if (text.length <= MAX_RENDERED_CHARS) return text
  throw unsupported(`its chat template wrote more than ${MAX_RENDERED_CHARS} characters.`, { chars: text.length })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
