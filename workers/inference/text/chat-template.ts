import { CodedError } from '../../../src/protocol/errors.ts'
import { MAX_RENDERED_CHARS } from '../../template/messages.ts'
import { unreadable, unsupported } from '../graph/model-error.ts'
import type { RenderTemplate } from './template-renderer.ts'

/** Characters of a template: the longest of today's hub models has about 20,000, most of it for tools. */
export const MAX_CHAT_TEMPLATE_CHARS = 100_000

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
 * The template is a stranger's: `render` runs it where it can be ended.
 * Errors: `engine/model-unreadable` if the template is not valid Jinja or refuses the messages; `engine/model-unsupported` if the template
 * or what it writes exceeds its cap; `engine/template-stuck` if it had to be ended.
 */
export async function renderChat(
  config: ChatTemplateConfig,
  messages: readonly ChatMessage[],
  render: RenderTemplate,
): Promise<RenderedChat> {
  const template = templateOf(config.chat_template)
  if (template === null) return { text: plainText(messages), templated: false }
  if (template.length > MAX_CHAT_TEMPLATE_CHARS) {
    throw unsupported(`its chat template is longer than ${MAX_CHAT_TEMPLATE_CHARS} characters.`, {
      chars: template.length,
    })
  }
  const outcome = await render({
    template,
    variables: {
      ...specialTokens(config),
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
    },
  })
  switch (outcome.outcome) {
    case 'text':
      return { text: outcome.text, templated: true }
    case 'failed':
      throw unreadable('its chat template failed.', { reason: outcome.reason })
    case 'over-limit':
      throw unsupported('its chat template wants more than a template may have.', { reason: outcome.reason })
    case 'stuck':
      throw templateStuck()
    default:
      return outcome satisfies never
  }
}

function plainText(messages: readonly ChatMessage[]): string {
  const text = messages.map((message) => message.content).join('\n')
  if (text.length <= MAX_RENDERED_CHARS) return text
  throw unsupported(`a prompt may have ${MAX_RENDERED_CHARS} characters.`, { chars: text.length })
}

function templateStuck(): CodedError {
  return new CodedError({
    code: 'engine/template-stuck',
    message: 'The model’s chat template did not come to an end, and was ended.',
    nextStep: 'Choose another model: the template of this one is broken or hostile.',
  })
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
