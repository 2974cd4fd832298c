import type { SegmentMark } from '../../stores/index.ts'

/** What fits beside two names on a phone. */
const MAX_BARS = 16

const WORST_FIRST: readonly SegmentMark[] = ['different', 'beyond', 'pending', 'unchecked', 'unsure', 'within', 'same']

/** At most MAX_BARS marks, each the worst of its group, so that no difference is ever averaged away. */
export function groupMarks(marks: readonly SegmentMark[]): SegmentMark[] {
  const size = Math.ceil(marks.length / MAX_BARS)
  if (size <= 1) return [...marks]
  const groups = Array.from({ length: Math.ceil(marks.length / size) }, (_, i) => marks.slice(i * size, (i + 1) * size))
  return groups.map((group) => WORST_FIRST.find((mark) => group.includes(mark)) ?? 'unchecked')
}
