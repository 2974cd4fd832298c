import type { BundleCheckState } from '../../stores/index.ts'
import { AttestationLine } from '../parts/attestation-line.tsx'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { bundleCheckInWords } from '../wording/bundle-check-wording.ts'
import { verdictInWords } from '../wording/verdict-wording.ts'

/** The outcome of "Check it yourself", beside the first check and not instead of it. */
export function Recheck({ check }: { check: BundleCheckState }) {
  if (check.state === 'invalid') return <Failure error={check.error} />
  return (
    <>
      <p className="recheck" role="status">
        {check.state === 'done' && <Mark tone={verdictInWords(check.locus).tone} />}
        {bundleCheckInWords(check)}
      </p>
      {check.state === 'done' && <AttestationLine jobId={check.locus.jobId} attestation={check.attestation} />}
    </>
  )
}
