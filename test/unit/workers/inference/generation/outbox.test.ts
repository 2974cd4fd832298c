import { expect, it } from 'vitest'
import { createOutbox } from '../../../../../workers/inference/generation/outbox.ts'

it('delivers in order, then ends', async () => {
  const outbox = createOutbox<number>(() => undefined)
  outbox.push(1)
  outbox.push(2)
  outbox.end()
  const events: number[] = []
  for await (const event of outbox.read()) events.push(event)
  expect(events).toEqual([1, 2])
})

it('delivers what came before a failure, then fails', async () => {
  const outbox = createOutbox<number>(() => undefined)
  const events = outbox.read()
  const first = events.next()
  outbox.push(1)
  outbox.fail(new Error('lost'))
  outbox.end()
  expect(await first).toEqual({ done: false, value: 1 })
  await expect(events.next()).rejects.toThrow('lost')
})

it('closes while its reader is four events behind, and says when the reader goes on', async () => {
  let caughtUp = 0
  const outbox = createOutbox<number>(() => {
    caughtUp += 1
  })
  const events = outbox.read()
  for (let i = 0; i < 4; i++) outbox.push(i)
  expect(outbox.isOpen()).toBe(false)
  await events.next()
  expect([outbox.isOpen(), caughtUp]).toEqual([true, 1])
  await events.next()
  expect(caughtUp).toBe(1)
})
