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

  it('says once when too much lies unread, and once when it has been read', async () => {
    const pressure: boolean[] = []
    const queue = createEventQueue<number>((isFull) => pressure.push(isFull))
    for (let event = 0; event < 100; event++) queue.push(event)
    expect(pressure).toEqual([true])
    const iterator = queue[Symbol.asyncIterator]()
    for (let read = 0; read < 90; read++) await iterator.next()
    expect(pressure).toEqual([true, false])
  })

  it('says nothing of pressure after its end: nobody computes any more', async () => {
    const pressure: boolean[] = []
    const queue = createEventQueue<number>((isFull) => pressure.push(isFull))
    for (let event = 0; event < 100; event++) queue.push(event)
    queue.end()
    const seen: number[] = []
    for await (const event of queue) seen.push(event)
    expect([pressure, seen.length]).toEqual([[true], 100])
  })
})
