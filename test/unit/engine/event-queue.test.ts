import { describe, expect, it } from 'vitest'
import { createEventQueue } from '../../../src/engine/event-queue.ts'

describe('the queue of events', () => {
  it('delivers what was pushed before and during the iteration, in order', async () => {
    const queue = createEventQueue<number>()
    queue.push(1)
    queue.push(2)
    const seen: number[] = []
    for await (const event of queue) {
      seen.push(event)
      if (event === 2) void Promise.resolve().then(() => queue.push(3))
      if (event === 3) queue.end()
    }
    expect(seen).toEqual([1, 2, 3])
  })

  it('delivers what came before a failure, then throws it', async () => {
    const queue = createEventQueue<number>()
    queue.push(1)
    queue.fail(new Error('broken'))
    queue.end()
    const iterator = queue[Symbol.asyncIterator]()
    expect(await iterator.next()).toMatchObject({ value: 1 })
    await expect(iterator.next()).rejects.toThrow('broken')
  })
})
