import type { AskState } from '../../stores/index.ts'
import { attestingInWords } from '../wording/ask-wording.ts'

/** One place for each verifier: empty, sealed, open. What a verdict says is not known before all are sealed. */
export function AttestingMarks(state: Extract<AskState, { state: 'attesting' }>) {
  const { verifiers, committed, revealed } = state
  const markAt = (i: number): string => (i < revealed ? 'open' : i < committed ? 'sealed' : 'pending')
  return (
    <span className="segments attesting" role="img" aria-label={attestingInWords(state)}>
      {Array.from({ length: verifiers }, (_, i) => (
        <span key={i} data-mark={markAt(i)} />
      ))}
    </span>
  )
}
