import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventQueue } from '../../../simulation/event-queue.ts'

test('events run by time, and in the order of scheduling where times are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (times) => {
      const queue = new EventQueue(0)
      const ran: { atMs: number; order: number }[] = []
      for (const [order, atMs] of times.entries()) queue.at(atMs, () => ran.push({ atMs: queue.nowMs, order }))
      queue.run()
      const expected = times
        .map((atMs, order) => ({ atMs, order }))
        .toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)
      expect(ran).toEqual(expected)
    }),
  )
})

test('an event may schedule others, and none runs in the past', () => {
  const queue = new EventQueue(100)
  const ran: number[] = []
  queue.at(200, () => {
    queue.at(50, () => ran.push(queue.nowMs))
    queue.at(300, () => ran.push(queue.nowMs))
  })
  queue.run()
  expect(ran).toEqual([200, 300])
})
