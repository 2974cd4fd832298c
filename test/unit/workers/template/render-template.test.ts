import { describe, expect, test } from 'vitest'
import { MAX_RENDERED_CHARS } from '../../../../workers/template/messages.ts'
import { renderTemplate } from '../../../../workers/template/render-template.ts'

function render(template: string, variables: Record<string, unknown> = {}) {
  return renderTemplate({ template, variables })
}

describe('a template within its budget', () => {
  test('writes what Jinja writes', () => {
    const template = '{% for m in messages %}[{{ m.role }}] {{ m.content | trim }}{% endfor %}'
    expect(render(template, { messages: [{ role: 'user', content: ' hi ' }] })).toEqual({
      outcome: 'text',
      text: '[user] hi',
    })
  })

  test.each([
    ['range(3)', '0,1,2'],
    ['range(1, 4)', '1,2,3'],
    ['range(4, 1, -1)', '4,3,2'],
    ['range(0, 10, 4)', '0,4,8'],
    ['range(3, 1)', ''],
  ])('%s counts as in Python', (expression, expected) => {
    expect(render(`{{ ${expression} | join(',') }}`)).toEqual({ outcome: 'text', text: expected })
  })
})

describe('a template beyond its budget', () => {
  const nested = (loops: number): string =>
    `${'{% for i in range(1000) %}'.repeat(loops)}${'{% endfor %}'.repeat(loops)}`

  test.each([
    ['loops within loops', nested(4)],
    [
      'a text that doubles without end',
      `{% set ns = namespace(x='aaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`,
    ],
    [
      'a list that doubles without end',
      '{% set ns = namespace(x=[1, 2]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
    ],
    ['a range without end', '{{ range(1000000000) }}'],
    ['a range with a step too small', '{{ range(0, 1, 0.0000000001) }}'],
    ['brackets nested beyond the stack', `{{ ${'('.repeat(40_000)}1${')'.repeat(40_000)} }}`],
    ['more text than a prompt may have', `{% for i in range(${MAX_RENDERED_CHARS / 8}) %}123456789{% endfor %}`],
  ])('%s is ended', (_, template) => {
    expect(render(template)).toMatchObject({ outcome: 'over-limit' })
  })

  test('leaves nothing behind for the next one', () => {
    expect(render(nested(4)).outcome).toBe('over-limit')
    expect(render('{{ 1 + 1 }}')).toEqual({ outcome: 'text', text: '2' })
  })
})

test.each([
  ['no valid Jinja', '{% for'],
  ['a template that refuses', "{{ raise_exception('no users') }}"],
  ['a call of what does not exist', '{{ fetch("x") }}'],
  ['a macro that calls itself', '{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}'],
  ['a step of nothing', '{{ range(1, 2, 0) }}'],
])('%s has failed, with its reason', (_, template) => {
  expect(render(template)).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/./) })
})
