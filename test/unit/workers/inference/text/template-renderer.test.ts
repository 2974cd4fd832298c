import { expect, test } from 'vitest'
import {
  createTemplateRenderer,
  type RenderTemplate,
  type TemplateWorker,
} from '../../../../../workers/inference/text/template-renderer.ts'
import type { TemplateReply, TemplateRequest } from '../../../../../workers/template/messages.ts'
import { renderTemplate } from '../../../../../workers/template/render-template.ts'
import { createFakeClock, type FakeClock } from '../../../../doubles/fake-clock.ts'

const ENDLESS = 'endless'

interface Bench {
  render: RenderTemplate
  clock: FakeClock
  workers: { terminated: boolean; fail(): void }[]
}

/** Workers that render in this thread, but never answer the template `endless`. */
function createBench(): Bench {
  const clock = createFakeClock()
  const workers: Bench['workers'] = []
  function createWorker(): TemplateWorker {
    let onMessage: ((event: { data: TemplateReply }) => void) | undefined
    let onError: (() => void) | undefined
    const worker = { terminated: false, fail: () => onError?.() }
    workers.push(worker)
    return {
      addEventListener(type: 'message' | 'error', listener: never) {
        if (type === 'error') onError = listener
        else {
          onMessage = listener
          queueMicrotask(() => onMessage?.({ data: { type: 'ready' } }))
        }
      },
      postMessage({ id, job }: TemplateRequest) {
        if (job.template === ENDLESS) return
        queueMicrotask(() => {
          if (!worker.terminated) onMessage?.({ data: { type: 'outcome', id, outcome: renderTemplate(job) } })
        })
      },
      terminate() {
        worker.terminated = true
      },
    }
  }
  return { workers, clock, render: createTemplateRenderer({ createWorker, after: clock.after }) }
}

const job = (template: string) => ({ template, variables: { name: 'Ada' } })

test('one worker renders one template after another, and no timer is left', async () => {
  const { render, workers, clock } = createBench()
  const texts = await Promise.all([render(job('Hi {{ name }}')), render(job('Bye {{ name }}'))])
  expect(texts).toEqual([
    { outcome: 'text', text: 'Hi Ada' },
    { outcome: 'text', text: 'Bye Ada' },
  ])
  expect(workers).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test('a template that does not end is ended from outside, and the next one has a new worker', async () => {
  const { render, workers, clock } = createBench()
  const stuck = render(job(ENDLESS))
  const next = render(job('Hi {{ name }}'))
  await clock.run(4_999)
  expect(workers[0]?.terminated).toBe(false)
  await clock.run(1)
  expect(await stuck).toEqual({ outcome: 'stuck' })
  expect(workers[0]?.terminated).toBe(true)
  expect(await next).toEqual({ outcome: 'text', text: 'Hi Ada' })
  expect(workers).toHaveLength(2)
})

test('a worker that fails, for example for want of memory, counts as stuck', async () => {
  const { render, workers, clock } = createBench()
  const stuck = render(job(ENDLESS))
  await clock.run(0)
  workers[0]?.fail()
  expect(await stuck).toEqual({ outcome: 'stuck' })
  expect(clock.pending).toBe(0)
  expect(await render(job('{{ name }}'))).toEqual({ outcome: 'text', text: 'Ada' })
})
