import type { RejectedAttempt } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { rejectedInWords } from '../wording/rejected-wording.ts'
import { shortId } from '../wording/short-id.ts'
import { RejectedLocus } from './rejected-locus.tsx'

export function RejectedList({ attempts }: { attempts: readonly RejectedAttempt[] }) {
  if (attempts.length === 0) return null
  return (
    <ul className="rejected" aria-label="Answers that were not used">
      {attempts.map((attempt, i) => (
        <li key={i}>
          <Mark tone="fail" />
          <div>
            <p>{rejectedInWords(attempt)}</p>
            <p className="rejected-code">
              {attempt.code}, peer {shortId(attempt.peerId)}
            </p>
          </div>
          {attempt.locus !== null && <RejectedLocus locus={attempt.locus} bundle={attempt.bundle} />}
        </li>
      ))}
    </ul>
  )
}
