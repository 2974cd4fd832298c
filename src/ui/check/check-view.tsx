import { useId } from 'react'
import type { ImportedCheck } from '../../stores/index.ts'
import { LocusView } from '../locus/locus-view.tsx'
import { Failure } from '../parts/failure.tsx'
import { Story } from '../parts/story.tsx'
import { VerdictLabel } from '../parts/verdict-label.tsx'

export function CheckView({ check }: { check: ImportedCheck }) {
  const titleId = useId()
  return (
    <article className="check-view" aria-labelledby={titleId}>
      <p className="check-file">{check.fileName}</p>
      <CheckOutcome state={check.state} titleId={titleId} />
    </article>
  )
}

function CheckOutcome({ state, titleId }: { state: ImportedCheck['state']; titleId: string }) {
  switch (state.state) {
    case 'reading':
      return <Progress titleId={titleId} words="Reading the evidence." />
    case 'checking':
      return <Progress titleId={titleId} words="Re-computing the answer on this device." />
    case 'invalid':
      return (
        <>
          <h2 id={titleId}>This file proves nothing</h2>
          <Failure error={state.error} />
        </>
      )
    case 'done':
      return (
        <>
          <p role="status">
            <VerdictLabel verdict={state.locus.verdict} />
          </p>
          <Story
            id={titleId}
            opening={state.prompt}
            text={state.text}
            isChecked={state.locus.verdict.verdict === 'pass'}
          />
          <LocusView locus={state.locus} bundle={null} timing={null} />
        </>
      )
    default:
      return state satisfies never
  }
}

function Progress({ titleId, words }: { titleId: string; words: string }) {
  return (
    <div className="check-progress">
      <h2 id={titleId}>{words}</h2>
      <progress aria-labelledby={titleId} />
    </div>
  )
}
