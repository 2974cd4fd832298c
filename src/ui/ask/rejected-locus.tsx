import { useState } from 'react'
import type { Bundle } from '../../protocol/receipt/bundle.ts'
import type { Locus } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { LocusView } from '../locus/locus-view.tsx'

export interface RejectedLocusProps {
  locus: Locus
  bundle: Bundle | null
}

/** Where an answer that was not believed went wrong; drawn only for whoever wants to see it. */
export function RejectedLocus({ locus, bundle }: RejectedLocusProps) {
  const { saveEvidence } = useActions()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className="rejected-locus" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Where it went wrong</summary>
      {isOpen && (
        <LocusView locus={locus} bundle={bundle} timing={null} name="Locus of an answer that was not used">
          {bundle !== null && (
            <div className="answer-actions">
              <button type="button" className="button" onClick={() => saveEvidence(locus.jobId, bundle)}>
                Save the evidence against it
              </button>
            </div>
          )}
        </LocusView>
      )}
    </details>
  )
}
