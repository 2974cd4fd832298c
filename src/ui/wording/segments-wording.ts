import type { SegmentMark } from '../../stores/index.ts'
import { inCount } from './amounts.ts'

const MARKS: readonly { mark: SegmentMark; words: string }[] = [
  { mark: 'same', words: 'identical' },
  { mark: 'different', words: 'different' },
  { mark: 'within', words: 'within honest limits' },
  { mark: 'beyond', words: 'beyond honest limits' },
  { mark: 'unsure', words: 'not comparable' },
  { mark: 'unchecked', words: 'committed, not checked' },
  { mark: 'pending', words: 'still to come' },
]

/** `3 segments: 2 identical, 1 different.` */
export function segmentsInWords(segments: readonly SegmentMark[]): string {
  const counted = MARKS.map(({ mark, words }) => ({ words, count: segments.filter((each) => each === mark).length }))
  const parts = counted.filter(({ count }) => count > 0).map(({ words, count }) => `${count} ${words}`)
  return `${inCount(segments.length, 'segment')}: ${parts.length === 0 ? 'none yet' : parts.join(', ')}`
}
