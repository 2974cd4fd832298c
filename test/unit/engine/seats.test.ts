import { describe, expect, it } from 'vitest'
import { createSeats } from '../../../src/engine/seats.ts'
import { settled } from './scripted-engine-world.ts'

describe('the seats of a worker', () => {
  it('are given out in the order of asking, and given on when left', async () => {
    const seats = createSeats(2)
    const order: string[] = []
    const sit = async (name: string) => {
      const leave = await seats.take()
      order.push(name)
      return leave
    }
    const leave = await sit('a')
    await sit('b')
    const c = sit('c')
    const d = sit('d')
    await settled()
    expect(order).toEqual(['a', 'b'])
    leave()
    leave()
    ;(await c)()
    await d
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are not kept for whoever gave up waiting', async () => {
    const seats = createSeats(1)
    const leave = await seats.take()
    const controller = new AbortController()
    const gone = seats.take(controller.signal)
    const next = seats.take()
    controller.abort()
    await expect(gone).rejects.toMatchObject({ code: 'engine/aborted' })
    leave()
    expect(await next).toBeTypeOf('function')
    await expect(seats.take(AbortSignal.abort())).rejects.toMatchObject({ code: 'engine/aborted' })
  })

  it('are gone with the worker, also for whoever waits', async () => {
    const seats = createSeats(1)
    await seats.take()
    const waiting = seats.take()
    seats.close(new Error('the worker is gone'))
    await expect(waiting).rejects.toThrow('the worker is gone')
    await expect(seats.take()).rejects.toThrow('the worker is gone')
  })
})
