import { type Attestation, attestationDigest } from '../protocol/audit/attestation.ts'
import { receiptHashOf } from '../protocol/audit/fault-of-audit.ts'
import { type ThresholdTable, thresholdsVersionOf } from '../protocol/evidence/thresholds.ts'
import { bytesToHex } from '../protocol/hash.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import type { Clock, SessionKey } from './ports.ts'
import type { BundleCheck } from './verify.ts'

/** Nobody called for it: whoever presses "check it yourself" speaks for itself. No call hashes to this. */
const NO_CALL = new Uint8Array(32)

export interface OwnAttestation {
  attestation: Attestation
  signature: Uint8Array
}

/**
 * What this device found, signed as a drawn verifier would, so that it can be handed on (protocol.md §5.5). Null where nothing was computed: a
 * signature under nothing would only look like a check.
 */
export async function attestOwnCheck(
  ports: { sessionKey: SessionKey; thresholds: ThresholdTable; clock: Pick<Clock, 'now'> },
  bundle: Bundle,
  { verdict, report, checkedBy }: BundleCheck,
): Promise<OwnAttestation | null> {
  const receiptHash = receiptHashOf(bundle)
  if (report === null || checkedBy.kind !== 'this-device' || receiptHash === null) return null
  const attestation: Attestation = {
    version: 1,
    callHash: NO_CALL,
    receiptHash,
    cell: checkedBy.cell,
    verdict: verdict.verdict,
    reason: verdict.verdict === 'pass' ? '' : verdict.reason,
    segment: verdict.verdict === 'fail' ? verdict.segment : null,
    report,
    thresholds: report.exactPair ? null : thresholdsVersionOf(ports.thresholds),
    verifierKey: ports.sessionKey.publicKey,
    issuedAt: ports.clock.now(),
  }
  return { attestation, signature: await ports.sessionKey.sign(attestationDigest(attestation)) }
}

/** As a file that a person can keep or hand on: bytes as hex, like evidence bundles. */
export function ownAttestationToJson(own: OwnAttestation): string {
  const readable = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? `0x${bytesToHex(value)}` : value
  return `${JSON.stringify({ version: 1, kind: 'locus-attestation', ...own }, readable, 2)}\n`
}
