import './verdict-label.css'
import type { Locus } from '../../stores/index.ts'
import { verdictInWords } from '../wording/verdict-wording.ts'
import { Mark } from './mark.tsx'

export function VerdictLabel({ locus }: { locus: Pick<Locus, 'verdict' | 'settledBy'> }) {
  const { tone, label } = verdictInWords(locus)
  return (
    <span className="verdict-label" data-tone={tone}>
      <Mark tone={tone} />
      {label}
    </span>
  )
}
