import { expect, test } from 'vitest'
import { createTemplateRenderer } from '../../../workers/inference/text/template-renderer.ts'

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

function startRealWorker(): Worker {
  return new Worker(new URL('../../../workers/template/main.ts', import.meta.url), { type: 'module' })
}

test('a real worker renders, and refuses what its budget does not cover', async () => {
  const render = createTemplateRenderer({ createWorker: startRealWorker, after })
  const variables = { messages: [{ role: 'user', content: 'hi' }] }
  expect(await render({ template: '{{ messages[0].content | upper }}', variables })).toEqual({
    outcome: 'text',
    text: 'HI',
  })
  const growing =
    "{{ ('x' * 1) ~ ('a,' | replace('', 'b')) | replace('a', 'bbbb') }}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
  expect(await render({ template: growing, variables })).toMatchObject({
    outcome: expect.stringMatching(/over-limit|failed/),
  })
})

test('a thread that a template holds for good is killed, and the next one is rendered by a new worker', async () => {
  let started = 0
  const render = createTemplateRenderer({
    after,
    createWorker() {
      started += 1
      if (started > 1) return startRealWorker()
      return new Worker(new URL('./endless-worker.ts', import.meta.url), { type: 'module' })
    },
  })
  const stuck = render({ template: '{{ 1 }}', variables: {} })
  const next = render({ template: '{{ 6 * 7 }}', variables: {} })
  expect(await stuck).toEqual({ outcome: 'stuck' })
  expect(await next).toEqual({ outcome: 'text', text: '42' })
  expect(started).toBe(2)
})

test('lists within lists, which one step would write out for ever, end as too long or are killed', async () => {
  const render = createTemplateRenderer({ createWorker: startRealWorker, after })
  const endless = `{% set ns = namespace(x=[1]) %}{% for i in range(70) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}`
  expect(['over-limit', 'stuck']).toContain((await render({ template: endless, variables: {} })).outcome)
})
