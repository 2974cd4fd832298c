import './segment-marks.css'
import type { SegmentMark } from '../../stores/index.ts'
import { segmentsInWords } from '../wording/segments-wording.ts'
import { groupMarks } from './group-marks.ts'

/** One small bar for each segment of 32 tokens; very long answers share bars. */
export function SegmentMarks({ segments }: { segments: readonly SegmentMark[] }) {
  return (
    <span className="segments" role="img" aria-label={segmentsInWords(segments)}>
      {groupMarks(segments).map((mark, i) => (
        <span key={i} data-mark={mark} />
      ))}
    </span>
  )
}
