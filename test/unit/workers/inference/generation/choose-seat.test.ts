import { describe, expect, it } from 'vitest'
import { chooseSeat, type SlotState } from '../../../../../workers/inference/generation/choose-seat.ts'
import { createSlotMemory } from '../../../../../workers/inference/generation/slot-memory.ts'

const LONG = Array.from({ length: 64 }, (_, i) => i + 1)

function slot(ids: readonly number[], lastRun: number, free = true): SlotState {
  const memory = createSlotMemory()
  if (ids.length > 0) memory.note({ start: 0, ids }, 'exact')
  return { memory, free, lastRun }
}

function query(inputs: readonly number[]) {
  return { inputs, reusable: inputs.length - 1, plan: null }
}

describe('the slot that a request gets', () => {
  it('is the least recently used one for a text that nobody began', () => {
    expect(chooseSeat([slot([9], 7), slot([8], 3), slot([7], 5)], query(LONG), true)).toEqual({
      slot: 1,
      held: 0,
      copyFrom: null,
    })
  })

  it('is the one that holds the longest beginning of it', () => {
    const slots = [slot([], 0), slot(LONG.slice(0, 20), 4), slot(LONG.slice(0, 50), 9)]
    expect(chooseSeat(slots, query(LONG), true)).toEqual({ slot: 2, held: 50, copyFrom: null })
  })

  it('is a free one that gets a copy where a running one holds more', () => {
    const slots = [slot(LONG, 9, false), slot(LONG.slice(0, 20), 4), slot([], 1)]
    expect(chooseSeat(slots, query([...LONG.slice(0, 60), 0, 0]), true)).toEqual({ slot: 2, held: 60, copyFrom: 0 })
  })

  it('has to do with what it holds where the decoder cannot copy', () => {
    const slots = [slot(LONG, 9, false), slot(LONG.slice(0, 20), 4), slot([], 1)]
    expect(chooseSeat(slots, query(LONG), false)).toEqual({ slot: 1, held: 20, copyFrom: null })
  })

  it('does not give up somebody’s long text for the few ids that every chat begins with', () => {
    const slots = [slot(LONG, 9), slot([], 1)]
    expect(chooseSeat(slots, query([1, 2, 3, 0, 0]), true)).toEqual({ slot: 1, held: 0, copyFrom: null })
  })

  it('always leaves the last id to be fed, whose row chooses', () => {
    expect(chooseSeat([slot(LONG, 1)], query(LONG), true)?.held).toBe(63)
  })

  it('is none while all are taken', () => {
    expect(chooseSeat([slot(LONG, 1, false)], query(LONG), true)).toBeNull()
  })
})
