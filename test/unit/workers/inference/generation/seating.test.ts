import { describe, expect, it } from 'vitest'
import { createCheckStrand } from '../../../../../workers/inference/generation/check-strand.ts'
import { createSeating, type Seated } from '../../../../../workers/inference/generation/seating.ts'
import { referee } from '../cells.ts'
import { NO_EVIDENCE } from '../requests.ts'
import { createToySlots } from '../toy-slots.ts'
import { policyOf, requestOf, WINDOW } from './scheduler-world.ts'

const LONG = Array.from({ length: 40 }, (_, i) => i % 16)

function callOf(promptIds: number[]): Seated {
  const options = { ...requestOf({ promptIds }), outputIds: [1, 2], ...NO_EVIDENCE, cell: referee(WINDOW) }
  const bounds = { vocabularySize: 16, contextTokens: 256 }
  return {
    strand: createCheckStrand({ options, shape: WINDOW, policy: policyOf(WINDOW), bounds, now: () => 0 }),
    slot: null,
    lastRun: 0,
  }
}

describe('who sits where', () => {
  it('is decided in order of arrival, for as many as there are slots', async () => {
    const seating = createSeating(createToySlots({ slots: 2 }), true)
    const calls = [callOf([1]), callOf([2]), callOf([3])]
    for (const call of calls) seating.join(call)
    expect(await seating.seatNext()).toBe(calls[0])
    expect(await seating.seatNext()).toBe(calls[1])
    expect(await seating.seatNext()).toBeNull()
    expect([calls.map(({ slot }) => slot), seating.waiting]).toEqual([[0, 1, null], [calls[2]]])
  })

  it('frees a slot once, however often its call leaves', async () => {
    const seating = createSeating(createToySlots({ slots: 1 }), true)
    const [first, second, third] = [callOf([1]), callOf([2]), callOf([3])]
    for (const call of [first, second, third]) seating.join(call)
    await seating.seatNext()
    seating.leave(first)
    await seating.seatNext()
    seating.leave(first)
    expect(second.slot).toBe(0)
    expect(await seating.seatNext()).toBeNull()
  })

  it('lets a call that waits leave, and the next one take its turn', async () => {
    const seating = createSeating(createToySlots({ slots: 1 }), true)
    const [first, second] = [callOf([1]), callOf([2])]
    seating.join(first)
    seating.join(second)
    seating.leave(first)
    expect(await seating.seatNext()).toBe(second)
  })

  it('knows what a copied slot holds, and no more', async () => {
    const toy = createToySlots({ slots: 2 })
    const seating = createSeating(toy, true)
    const first = callOf(LONG)
    seating.join(first)
    await seating.seatNext()
    const feed = { slot: 0, start: 0, ids: LONG, wantedFrom: 0, wantedCount: 0 }
    await toy.run([feed])
    seating.memory(0).note(feed, 'exact')
    seating.join(callOf(LONG.slice(0, 30)))
    await seating.seatNext()
    expect(toy.copied).toEqual([{ from: 0, to: 1, tokens: 29 }])
    expect(seating.memory(1).ids).toEqual(LONG.slice(0, 29))
    expect(seating.memory(0).ids).toEqual(LONG)
  })

  it('forgets what is free when asked to, and everything after a failure', async () => {
    const seating = createSeating(createToySlots({ slots: 2 }), true)
    seating.join(callOf([1]))
    await seating.seatNext()
    for (const slot of [0, 1]) seating.memory(slot).note({ start: 0, ids: LONG }, 'exact')
    seating.forgetFree()
    expect([seating.memory(0).length, seating.memory(1).length]).toEqual([40, 0])
    seating.forgetAll()
    expect(seating.memory(0).length).toBe(0)
  })

  it('remembers nothing of a copy that failed', async () => {
    const toy = { ...createToySlots({ slots: 2 }), copyPrefix: async () => Promise.reject(new Error('lost')) }
    const seating = createSeating(toy, true)
    seating.join(callOf(LONG))
    await seating.seatNext()
    seating.memory(0).note({ start: 0, ids: LONG }, 'exact')
    seating.memory(1).note({ start: 0, ids: [7] }, 'exact')
    seating.join(callOf(LONG))
    await expect(seating.seatNext()).rejects.toThrow('lost')
    expect(seating.memory(1).length).toBe(0)
  })
})
