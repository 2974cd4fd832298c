import { useId } from 'react'
import type { ImportedCheck } from '../../stores/index.ts'
import { LocusView } from '../locus/locus-view.tsx'
import { AttestationLine } from '../parts/attestation-line.tsx'
import { Failure } from '../parts/failure.tsx'
import { Story } from '../parts/story.tsx'
import { VerdictLabel } from '../parts/verdict-label.tsx'
import { bundleCheckInWords, invalidInWords, sourceInWords } from '../wording/bundle-check-wording.ts'

export function CheckView({ check }: { check: ImportedCheck }) {
  const titleId = useId()
  return (
    <article className="check-view" aria-labelledby={titleId}>
      <p className="check-source">{sourceInWords(check.source)}</p>
      <CheckOutcome state={check.state} titleId={titleId} />
    </article>
  )
}

function CheckOutcome({ state, titleId }: { state: ImportedCheck['state']; titleId: string }) {
  switch (state.state) {
    case 'reading':
    case 'fetching':
    case 'checking':
      return <Progress titleId={titleId} words={bundleCheckInWords(state)} />
    case 'invalid':
      return (
        <>
          <h2 id={titleId}>{invalidInWords(state.error)}</h2>
          <Failure error={state.error} />
        </>
      )
    case 'done':
      return (
        <>
          <p role="status">
            <VerdictLabel locus={state.locus} />
          </p>
          <Story
            id={titleId}
            opening={state.prompt}
            text={state.text}
            isChecked={state.locus.verdict.verdict === 'pass'}
          />
          <LocusView locus={state.locus} bundle={null} timing={null}>
            <AttestationLine jobId={state.locus.jobId} attestation={state.attestation} />
          </LocusView>
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
