import type { Reveal, SignedCommitment } from '../protocol/audit/attestation.ts'
import {
  type Attestation,
  attestationCommitmentOf,
  attestationDigest,
  commitmentDigest,
} from '../protocol/audit/attestation.ts'
import { auditCallDigest } from '../protocol/audit/audit-call.ts'
import { drawnOf } from '../protocol/audit/fault-of-audit.ts'
import { probesOf } from '../protocol/audit/voices.ts'
import type { Cell } from '../protocol/evidence/cell.ts'
import { type ThresholdTable, thresholdsVersionOf } from '../protocol/evidence/thresholds.ts'
import { bytesEqual } from '../protocol/hash.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import type { Probe } from '../protocol/selection/probe-positions.ts'
import type { Clock, Random, SessionKey } from './ports.ts'
import type { BundleCheck } from './verify.ts'

export interface AttestPorts {
  sessionKey: SessionKey
  thresholds: ThresholdTable
  clock: Pick<Clock, 'now'>
  random: Random
}

/** Where this key has to look in the audit at `index`; null if it was not drawn for it. */
export function ownProbes(bundle: Bundle, index: number, hiddenSize: number, key: Uint8Array): Probe[] | null {
  const seat = drawnOf(bundle, index).findIndex(({ entry }) => bytesEqual(entry.verifierKey, key))
  return probesOf(bundle, index, hiddenSize)[seat] ?? null
}

/** A check's outcome as a signed verdict, hidden first and then opened (protocol.md §5.5). `cell`: what this device computes on. */
export async function attest(
  { sessionKey, thresholds, clock, random }: AttestPorts,
  bundle: Bundle,
  index: number,
  { verdict, report }: Pick<BundleCheck, 'verdict' | 'report'>,
  cell: Cell,
): Promise<{ commitment: SignedCommitment; reveal: Reveal }> {
  const { call } = (bundle.audits[index] as Bundle['audits'][number]).signed
  const callHash = auditCallDigest(call)
  const attestation: Attestation = {
    version: 1,
    callHash,
    receiptHash: call.receiptHash,
    cell,
    verdict: verdict.verdict,
    reason: verdict.verdict === 'pass' ? '' : verdict.reason,
    segment: verdict.verdict === 'fail' ? verdict.segment : null,
    report,
    thresholds: report === null || report.exactPair ? null : thresholdsVersionOf(thresholds),
    verifierKey: sessionKey.publicKey,
    issuedAt: clock.now(),
  }
  const salt = random.bytes(32)
  const unsigned = {
    callHash,
    commitment: attestationCommitmentOf(attestation, salt),
    verifierKey: sessionKey.publicKey,
  }
  return {
    commitment: { ...unsigned, signature: await sessionKey.sign(commitmentDigest(unsigned)) },
    reveal: { attestation, salt, signature: await sessionKey.sign(attestationDigest(attestation)) },
  }
}
