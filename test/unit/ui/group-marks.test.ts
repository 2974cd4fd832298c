import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SegmentMark } from '../../../src/stores/index.ts'
import { groupMarks } from '../../../src/ui/locus/group-marks.ts'

const mark = fc.constantFrom<SegmentMark>('same', 'different', 'unsure', 'unchecked')

describe('bars that stand for several segments', () => {
  it('shows each segment of an ordinary answer', () => {
    expect(groupMarks(['same', 'different', 'same'])).toEqual(['same', 'different', 'same'])
  })

  it('never shows more bars than fit and never hides a difference', () => {
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 200 }), (marks) => {
        const bars = groupMarks(marks)
        expect(bars.length).toBeLessThanOrEqual(16)
        expect(bars.includes('different')).toBe(marks.includes('different'))
        expect(bars.every((bar) => bar === 'same')).toBe(marks.every((each) => each === 'same'))
      }),
    )
  })
})
