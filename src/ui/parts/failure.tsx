import './failure.css'
import type { ErrorData } from '../../protocol/errors.ts'
import { Mark } from './mark.tsx'

/** What happened and what to do; the code is there for whoever reports it. */
export function Failure({ error }: { error: ErrorData }) {
  return (
    <div className="failure">
      <Mark tone="fail" />
      <div>
        <p className="failure-message">{error.message}</p>
        <p>{error.nextStep}</p>
        <p className="failure-code">{error.code}</p>
      </div>
    </div>
  )
}
