import { describe, expect, it } from 'vitest'
import { packRows } from '../../../../../workers/inference/session/pack-rows.ts'
import type { Feed } from '../../../../../workers/inference/session/slot-decoder.ts'

const OPTIONS = { runRows: 1 }

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

  it('are filled up to the least a run may have with rows that belong to nobody', () => {
    const packed = packRows([feed(0, 10, [5], 0, 1)], { runRows: 4 })
    expect(packed.ids).toEqual([5, 0, 0, 0])
    expect(packed.unpack).toEqual([0, 0, 0, 0])
    expect(packed.wanted).toEqual([0, 0, 0, 0])
    expect(packed.slots[0]?.rows).toEqual([0])
  })

  it('ask for one row even when nobody wants any, since a graph must compute something', () => {
    const packed = packRows([feed(0, 0, [5, 6])], OPTIONS)
    expect(packed).toMatchObject({ wanted: [0], anyWanted: false })
  })
})
