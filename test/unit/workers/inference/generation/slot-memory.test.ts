import { describe, expect, it } from 'vitest'
import { createSlotMemory } from '../../../../../workers/inference/generation/slot-memory.ts'

const ANY_CUT = { reusable: 100, plan: null }

describe('what a slot holds', () => {
  it('is what was fed, where it was fed, and nothing behind it', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: [1, 2, 3, 4] }, 'exact')
    memory.note({ start: 2, ids: [7] }, 'exact')
    expect(memory.ids).toEqual([1, 2, 7])
    memory.truncate(1)
    expect(memory.length).toBe(1)
  })

  it('shares the ids that are equal from the beginning, as far as they may be reused', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: [1, 2, 3, 4] }, 'exact')
    expect(memory.sharedWith({ inputs: [1, 2, 3, 9], ...ANY_CUT })).toBe(3)
    expect(memory.sharedWith({ inputs: [1, 2, 3, 4, 5], reusable: 2, plan: null })).toBe(2)
    expect(memory.sharedWith({ inputs: [2], ...ANY_CUT })).toBe(0)
  })
})

describe('where steps have other bits than a prefill', () => {
  it('shares what was read or replayed, and no step', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: [1, 2, 3] }, 'exact')
    memory.note({ start: 3, ids: [4] }, 'loose')
    memory.note({ start: 4, ids: [5] }, 'loose')
    expect(memory.sharedWith({ inputs: [1, 2, 3, 4, 5], ...ANY_CUT })).toBe(3)
    memory.note({ start: 2, ids: [3, 4, 5] }, 'exact')
    expect(memory.sharedWith({ inputs: [1, 2, 3, 4, 5], ...ANY_CUT })).toBe(5)
  })

  it('knows of nothing behind a step that it is a prefill’s', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: [1] }, 'loose')
    memory.note({ start: 1, ids: [2, 3] }, 'exact')
    expect(memory.exactLength).toBe(0)
  })

  it('copies as much as is a prefill’s, and not more than was copied', () => {
    const [from, to] = [createSlotMemory(), createSlotMemory()]
    from.note({ start: 0, ids: [1, 2, 3] }, 'exact')
    from.note({ start: 3, ids: [4] }, 'loose')
    to.copy(from, 4)
    expect(to.exactLength).toBe(3)
    to.copy(from, 2)
    expect(to.exactLength).toBe(2)
  })
})

describe('where bits depend on the cut', () => {
  const plan = [
    { start: 0, end: 4 },
    { start: 4, end: 6 },
    { start: 6, end: 8 },
  ]
  const inputs = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const query = { inputs, reusable: 8, plan }

  function filled() {
    const memory = createSlotMemory()
    for (const { start, end } of plan) memory.note({ start, ids: inputs.slice(start, end) }, 'whole')
    return memory
  }

  it('shares whole runs that were cut alike', () => {
    expect(filled().sharedWith(query)).toBe(8)
    expect(filled().sharedWith({ ...query, reusable: 7 })).toBe(6)
    expect(filled().sharedWith({ ...query, inputs: [1, 2, 3, 4, 5, 0, 7, 8] })).toBe(4)
  })

  it('shares nothing behind a run that was cut otherwise', () => {
    expect(
      filled().sharedWith({
        ...query,
        plan: [
          { start: 0, end: 3 },
          { start: 3, end: 6 },
        ],
      }),
    ).toBe(0)
    expect(filled().sharedWith({ ...query, plan: [plan[0] ?? { start: 0, end: 0 }, { start: 4, end: 8 }] })).toBe(4)
  })

  it('does not share steps, nor what was fed behind them', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: inputs.slice(0, 4) }, 'whole')
    memory.note({ start: 4, ids: [5] }, 'loose')
    memory.note({ start: 5, ids: [6] }, 'whole')
    expect(memory.cuts).toEqual([4])
    expect(memory.sharedWith(query)).toBe(4)
  })

  it('forgets a run of which a part was overwritten', () => {
    const memory = filled()
    memory.note({ start: 5, ids: [6, 7, 8] }, 'loose')
    expect(memory.cuts).toEqual([4])
  })

  it('copies the runs that lie within the copied part', () => {
    const memory = createSlotMemory()
    memory.note({ start: 0, ids: [9, 9, 9] }, 'whole')
    memory.copy(filled(), 7)
    expect(memory.ids).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(memory.cuts).toEqual([4, 6])
  })
})
