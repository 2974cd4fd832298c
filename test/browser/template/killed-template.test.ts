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

test('a template whose single step never ends is killed, and the next one is rendered by a new worker', async () => {
  let started = 0
  const render = createTemplateRenderer({
    after,
    createWorker() {
      started += 1
      return startRealWorker()
    },
  })
  // Shared lists within lists: one step that writes them out takes longer than the universe is old.
  const endless = `{% set ns = namespace(x=[1]) %}{% for i in range(70) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}`
  const begun = performance.now()
  const stuck = render({ template: endless, variables: {} })
  const next = render({ template: '{{ 6 * 7 }}', variables: {} })
  expect(await stuck).toEqual({ outcome: 'stuck' })
  expect(performance.now() - begun).toBeLessThan(10_000)
  expect(await next).toEqual({ outcome: 'text', text: '42' })
  expect(started).toBe(2)
})
