import './attestation-line.css'
import type { BundleCheckState } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { CopyableId } from './copyable-id.tsx'

export interface AttestationLineProps {
  jobId: string
  attestation: Extract<BundleCheckState, { state: 'done' }>['attestation']
}

/** What this device found is worth something to others only because it signs it. */
export function AttestationLine({ jobId, attestation }: AttestationLineProps) {
  const { saveAttestation } = useActions()
  if (attestation === null) {
    return <p className="attestation quiet">Nothing was computed here, so this device signs nothing.</p>
  }
  return (
    <div className="attestation">
      <p>
        Signed by this device, with key <CopyableId id={attestation.verifierKey} of="key of this device" />
      </p>
      <button type="button" className="button" onClick={() => saveAttestation(jobId, attestation.json)}>
        Save attestation
      </button>
    </div>
  )
}
