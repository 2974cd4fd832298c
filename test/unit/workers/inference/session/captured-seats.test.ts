import { describe, expect, it } from 'vitest'
import { createSeats, swapsFor } from '../../../../../workers/inference/session/captured-seats.ts'

describe('seats', () => {
  it('begin with every slot in the lane of its number, and exchange', () => {
    const seats = createSeats(4)
    seats.swap(0, 3)
    seats.swap(3, 1)
    expect([0, 1, 2, 3].map(seats.laneOf)).toEqual([3, 0, 2, 1])
    expect([0, 1, 2, 3].map(seats.slotIn)).toEqual([1, 3, 2, 0])
    expect(() => seats.laneOf(4)).toThrow(RangeError)
  })

  it('bring whoever runs to the front, in the place of those who hold least', () => {
    const seats = createSeats(8)
    const held = [40, 0, 30, 10, 0, 0, 5, 5]
    expect(swapsFor(seats, new Set([6, 7, 0]), 4, held)).toEqual([
      [6, 1],
      [7, 3],
    ])
  })

  it('move nobody who is in front already', () => {
    expect(swapsFor(createSeats(4), new Set([0, 1]), 2, [1, 2, 3, 4])).toEqual([])
    expect(swapsFor(createSeats(4), new Set([3]), 4, [])).toEqual([])
  })
})
