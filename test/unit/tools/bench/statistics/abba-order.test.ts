import { describe, expect, it } from 'vitest'
import { abbaOrder } from '../../../../../tools/bench/statistics/abba-order.ts'

describe('abbaOrder', () => {
  it('turns round after every block', () => {
    expect([0, 1, 2, 3].map((block) => abbaOrder(['A', 'B', 'C'], block).join(''))).toEqual([
      'ABC',
      'CBA',
      'ABC',
      'CBA',
    ])
  })

  it('gives every arm the same mean place over two blocks', () => {
    const places = ['A', 'B', 'C', 'D'].map((arm) =>
      [0, 1].reduce((sum, block) => sum + abbaOrder(['A', 'B', 'C', 'D'], block).indexOf(arm), 0),
    )
    expect(new Set(places).size).toBe(1)
  })
})
