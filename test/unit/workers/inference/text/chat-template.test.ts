import { describe, expect, test } from 'vitest'
import {
  MAX_CHAT_TEMPLATE_CHARS,
  MAX_RENDERED_CHARS,
  renderChat,
} from '../../../../../workers/inference/text/chat-template.ts'

const user = { role: 'user', content: 'Hi' } as const

/** The common shape of hub templates: roles in turn, an optional system line, an open place for the answer. */
const CHATML = `{% for message in messages %}
{%- if message['role'] not in ['system', 'user', 'assistant'] %}{{ raise_exception('Unknown role') }}{% endif %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] | trim + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`

describe('renderChat', () => {
  test('roles, contents and the place for the answer stand where the template puts them', () => {
    const messages = [{ role: 'system', content: 'Be brief. ' } as const, user]
    expect(renderChat({ chat_template: CHATML }, messages)).toEqual({
      text: '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
      templated: true,
    })
  })

  test('special tokens come from the config, written as text or as an object', () => {
    const config = {
      chat_template: '{{ bos_token }}{{ messages[0].content }}{{ eos_token }}',
      bos_token: '<s>',
      eos_token: { content: '</s>' },
    }
    expect(renderChat(config, [user]).text).toBe('<s>Hi</s>')
  })

  test('of several named templates the default is used', () => {
    const chat_template = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'chat' },
    ]
    expect(renderChat({ chat_template }, [user]).text).toBe('chat')
  })

  test('without a template: the contents, one a line, and special tokens are still to be added', () => {
    expect(renderChat({}, [user, { role: 'assistant', content: 'Ho' }])).toEqual({ text: 'Hi\nHo', templated: false })
    expect(renderChat({ chat_template: null }, [user]).templated).toBe(false)
  })

  test('what a person types is not read as a template', () => {
    const text = renderChat({ chat_template: '{{ messages[0].content }}' }, [
      { role: 'user', content: '{{ 1 + 1 }}{% raw %}' },
    ]).text
    expect(text).toBe('{{ 1 + 1 }}{% raw %}')
  })

  test.each([
    ['no valid Jinja', '{% for'],
    ['a template that refuses the messages', "{{ raise_exception('no users') }}"],
    ['a template that calls what does not exist', '{{ fetch("x") }}'],
    [
      'a string that doubles without end',
      `{% set ns = namespace(x='aaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`,
    ],
    ['brackets nested beyond the stack', `{{ ${'('.repeat(40_000)}1${')'.repeat(40_000)} }}`],
    ['a number instead of a template', 7],
    ['a list without a default', [{ name: 'rag', template: 'x' }]],
  ])('%s is unreadable', (_, chat_template) => {
    expect(() => renderChat({ chat_template }, [user])).toThrow(
      expect.objectContaining({ code: 'engine/model-unreadable' }),
    )
  })

  test('templates and texts over their caps are unsupported', () => {
    const code = expect.objectContaining({ code: 'engine/model-unsupported' })
    expect(() => renderChat({ chat_template: 'x'.repeat(MAX_CHAT_TEMPLATE_CHARS + 1) }, [user])).toThrow(code)
    const chat_template = '{% for i in range(600) %}{{ messages[0].content }}{% endfor %}'
    expect(renderChat({ chat_template }, [{ role: 'user', content: 'x'.repeat(100) }]).text.length).toBe(60_000)
    expect(() =>
      renderChat({ chat_template }, [{ role: 'user', content: 'x'.repeat(MAX_RENDERED_CHARS / 500) }]),
    ).toThrow(code)
    expect(() => renderChat({}, [{ role: 'user', content: 'x'.repeat(MAX_RENDERED_CHARS + 1) }])).toThrow(code)
  })
})
