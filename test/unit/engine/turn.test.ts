import { describe, expect, it } from 'vitest'
import { createTurn } from '../../../src/engine/turn.ts'

describe('turns', () => {
  it('are handed out one at a time, in the order of asking', async () => {
    const turn = createTurn()
    const order: number[] = []
    const work = async (name: number): Promise<void> => {
      const release = await turn.acquire()
      order.push(name)
      await Promise.resolve()
      order.push(name)
      release?.()
    }
    await Promise.all([work(1), work(2), work(3)])
    expect(order).toEqual([1, 1, 2, 2, 3, 3])
  })

  it('pass over whoever gave up waiting', async () => {
    const turn = createTurn()
    const first = await turn.acquire()
    const controller = new AbortController()
    const second = turn.acquire(controller.signal)
    const third = turn.acquire()
    controller.abort()
    expect(await second).toBeNull()
    first?.()
    expect(await third).not.toBeNull()
  })

  it('are not given to whoever comes already aborted, and are not lost by it', async () => {
    const turn = createTurn()
    expect(await turn.acquire(AbortSignal.abort())).toBeNull()
    expect(await turn.acquire()).not.toBeNull()
  })
})
