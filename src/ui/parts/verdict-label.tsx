import './verdict-label.css'
import type { Verdict } from '../../protocol/evidence/judge.ts'
import { verdictInWords } from '../wording/verdict-wording.ts'
import { Mark } from './mark.tsx'

export function VerdictLabel({ verdict }: { verdict: Verdict }) {
  const { tone, label } = verdictInWords(verdict)
  return (
    <span className="verdict-label" data-tone={tone}>
      <Mark tone={tone} />
      {label}
    </span>
  )
}
