import type { LocusAudit, LocusVerifier } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { shortId } from '../wording/short-id.ts'
import { verifierInWords } from '../wording/verifier-wording.ts'
import { ChainNode } from './chain-node.tsx'

/** Those whom the lot drew, side by side on the way to this device. */
export function VerifierStage({ audit: { fault, verifiers } }: { audit: LocusAudit }) {
  if (verifiers.length === 0) return null
  return (
    <li className="chain-stage chain-verifiers">
      <ul aria-label="Drawn by lot">
        {verifiers.map((verifier) => (
          <li key={verifier.verifierKey}>
            <VerifierNode verifier={verifier} counts={fault === null} />
          </li>
        ))}
      </ul>
    </li>
  )
}

export interface VerifierNodeProps {
  verifier: LocusVerifier
  /** False in an audit that was held wrongly: what it found is told, and weighs nothing. */
  counts: boolean
}

export function VerifierNode({ verifier, counts }: VerifierNodeProps) {
  const { tone, found, device } = verifierInWords(verifier)
  const shown = counts ? tone : 'none'
  return (
    <ChainNode
      title={`Peer ${shortId(verifier.peerId)}`}
      found={found}
      tone={shown}
      detail={device}
      mark={<Mark tone={shown} />}
    />
  )
}
