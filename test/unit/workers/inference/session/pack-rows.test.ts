import { describe, expect, it } from 'vitest'
import { packRows } from '../../../../../workers/inference/session/pack-rows.ts'
import type { Feed } from '../../../../../workers/inference/session/slot-decoder.ts'

const OPTIONS = {
  runRows: 1,
  contextTokens: 100,
  idAt: (slot: number, position: number) => 1_000 * slot + position,
}

function feed(slot: number, start: number, ids: number[], wantedFrom = 0, wantedCount = 0): Feed {
  return { slot, start, ids, wantedFrom, wantedCount }
}

describe('rows packed for one run', () => {
  it('stand one feed after another, each attended on its own', () => {
    const packed = packRows([feed(3, 0, [7, 8, 9], 2, 1), feed(1, 20, [4, 5], 0, 2)], OPTIONS)
    expect(packed).toEqual({
      ids: [7, 8, 9, 4, 5],
      positions: [0, 1, 2, 20, 21],
      unpack: [0, 1, 2, 3, 4],
      wanted: [2, 3, 4],
      anyWanted: true,
      slots: [
        { slot: 3, start: 0, count: 3, total: 3, rows: [0, 1, 2] },
        { slot: 1, start: 20, count: 2, total: 22, rows: [3, 4] },
      ],
    })
  })

  it('are attended twice where a feed has a single one, and kept once', () => {
    const packed = packRows([feed(0, 10, [5], 0, 1), feed(1, 30, [6], 0, 1)], OPTIONS)
    expect(packed.slots).toEqual([
      { slot: 0, start: 10, count: 1, total: 12, rows: [0, 0] },
      { slot: 1, start: 30, count: 1, total: 32, rows: [1, 1] },
    ])
    expect(packed.unpack).toEqual([0, 2])
    expect(packed.ids).toEqual([5, 6])
  })

  it('have the row before them at the end of a context, where there is no position to spare', () => {
    const packed = packRows([feed(2, 99, [5], 0, 1)], OPTIONS)
    expect(packed).toMatchObject({
      ids: [2_098, 5],
      positions: [98, 99],
      wanted: [1],
      slots: [{ slot: 2, start: 98, count: 2, total: 100, rows: [0, 1] }],
    })
  })

  it('are filled up to the least a run may have with rows that belong to nobody', () => {
    const packed = packRows([feed(0, 10, [5], 0, 1)], { ...OPTIONS, runRows: 4 })
    expect(packed.ids).toEqual([5, 0, 0, 0])
    expect(packed.unpack).toEqual([0, 0, 0, 0])
    expect(packed.wanted).toEqual([0, 0, 0, 0])
    expect(packed.slots[0]?.rows).toEqual([0, 0])
  })

  it('ask for one row even when nobody wants any, since a graph must compute something', () => {
    const packed = packRows([feed(0, 0, [5, 6])], OPTIONS)
    expect(packed).toMatchObject({ wanted: [0], anyWanted: false })
  })
})
