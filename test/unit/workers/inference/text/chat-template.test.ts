import { describe, expect, test } from 'vitest'
import {
  type ChatMessage,
  type ChatTemplateConfig,
  MAX_CHAT_TEMPLATE_CHARS,
  type RenderedChat,
  renderChat,
} from '../../../../../workers/inference/text/chat-template.ts'
import { MAX_RENDERED_CHARS } from '../../../../../workers/template/messages.ts'
import { renderTemplate } from '../../../../../workers/template/render-template.ts'

const user = { role: 'user', content: 'Hi' } as const

function chat(config: ChatTemplateConfig, messages: readonly ChatMessage[]): Promise<RenderedChat> {
  return renderChat(config, messages, async (job) => renderTemplate(job))
}

/** The common shape of hub templates: roles in turn, an optional system line, an open place for the answer. */
const CHATML = `{% for message in messages %}
{%- if message['role'] not in ['system', 'user', 'assistant'] %}{{ raise_exception('Unknown role') }}{% endif %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] | trim + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`

describe('renderChat', () => {
  test('roles, contents and the place for the answer stand where the template puts them', async () => {
    const messages = [{ role: 'system', content: 'Be brief. ' } as const, user]
    expect(await chat({ chat_template: CHATML }, messages)).toEqual({
      text: '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
      templated: true,
    })
  })

  test('special tokens come from the config, written as text or as an object', async () => {
    const config = {
      chat_template: '{{ bos_token }}{{ messages[0].content }}{{ eos_token }}',
      bos_token: '<s>',
      eos_token: { content: '</s>' },
    }
    expect((await chat(config, [user])).text).toBe('<s>Hi</s>')
  })

  test('of several named templates the default is used', async () => {
    const chat_template = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'chat' },
    ]
    expect((await chat({ chat_template }, [user])).text).toBe('chat')
  })

  test('without a template: the contents, one a line, and special tokens are still to be added', async () => {
    expect(await chat({}, [user, { role: 'assistant', content: 'Ho' }])).toEqual({ text: 'Hi\nHo', templated: false })
    expect((await chat({ chat_template: null }, [user])).templated).toBe(false)
  })

  test('what a person types is not read as a template', async () => {
    const { text } = await chat({ chat_template: '{{ messages[0].content }}' }, [
      { role: 'user', content: '{{ 1 + 1 }}{% raw %}' },
    ])
    expect(text).toBe('{{ 1 + 1 }}{% raw %}')
  })

  test.each([
    ['no valid Jinja', '{% for'],
    ['a template that refuses the messages', "{{ raise_exception('no users') }}"],
    ['a template that calls what does not exist', '{{ fetch("x") }}'],
    ['a number instead of a template', 7],
    ['a list without a default', [{ name: 'rag', template: 'x' }]],
  ])('%s is unreadable', async (_, chat_template) => {
    await expect(chat({ chat_template }, [user])).rejects.toMatchObject({ code: 'engine/model-unreadable' })
  })

  test('a template that had to be ended is said to be stuck', async () => {
    const stuck = renderChat({ chat_template: 'x' }, [user], async () => ({ outcome: 'stuck' }))
    await expect(stuck).rejects.toMatchObject({ code: 'engine/template-stuck' })
  })

  test('templates and texts over their caps are unsupported', async () => {
    const unsupported = { code: 'engine/model-unsupported' }
    const long = 'x'.repeat(MAX_CHAT_TEMPLATE_CHARS + 1)
    await expect(chat({ chat_template: long }, [user])).rejects.toMatchObject(unsupported)
    const chat_template = '{% for i in range(600) %}{{ messages[0].content }}{% endfor %}'
    const text = (await chat({ chat_template }, [{ role: 'user', content: 'x'.repeat(100) }])).text
    expect(text.length).toBe(60_000)
    const content = 'x'.repeat(MAX_RENDERED_CHARS / 500)
    await expect(chat({ chat_template }, [{ role: 'user', content }])).rejects.toMatchObject(unsupported)
    const plain = { role: 'user', content: 'x'.repeat(MAX_RENDERED_CHARS + 1) } as const
    await expect(chat({}, [plain])).rejects.toMatchObject(unsupported)
  })
})
