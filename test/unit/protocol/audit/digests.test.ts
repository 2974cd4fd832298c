import { TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ATTESTATION_TYPES,
  type Attestation,
  attestationCommitmentOf,
  attestationDigest,
  COMMITMENT_TYPES,
  commitmentDigest,
} from '../../../../src/protocol/audit/attestation.ts'
import { AUDIT_CALL_TYPES, type AuditCall, auditCallDigest } from '../../../../src/protocol/audit/audit-call.ts'
import { cellId } from '../../../../src/protocol/evidence/cell.ts'
import { bytesToHex, taggedHash } from '../../../../src/protocol/hash.ts'
import { DOMAIN } from '../../../../src/protocol/receipt/typed-data.ts'
import { decodeCallerMessage, decodeVerifierMessage } from '../../../../src/protocol/wire/audit-messages.ts'
import { encodeCbor } from '../../../../src/protocol/wire/codec.ts'
import { report } from '../../../doubles/sample-locus.ts'
import { filled, SAMPLE_CELL } from '../sample-values.ts'

const CALL: AuditCall = {
  version: 1,
  receiptHash: filled(32, 1),
  bundleHash: filled(32, 2),
  beaconChain: '03'.repeat(32),
  beaconRound: 4,
  rateMillionths: 50_000,
  rosterHash: filled(32, 5),
  verifiers: 2,
  previous: null,
  requesterKey: filled(64, 6),
  issuedAt: 1_767_225_600_000,
}

const ATTESTATION: Attestation = {
  version: 1,
  callHash: filled(32, 1),
  receiptHash: filled(32, 2),
  cell: SAMPLE_CELL,
  verdict: 'pass',
  reason: '',
  segment: null,
  report: report(),
  thresholds: null,
  verifierKey: filled(64, 3),
  issuedAt: 1_767_225_600_000,
}

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`

function distinct(digests: Uint8Array[]): number {
  return new Set(digests.map(bytesToHex)).size
}

test('every field of a call moves its digest', () => {
  const changes: Partial<AuditCall>[] = [
    {},
    { receiptHash: filled(32, 9) },
    { bundleHash: filled(32, 9) },
    { beaconChain: '09'.repeat(32) },
    { beaconRound: 5 },
    { rateMillionths: 50_001 },
    { rosterHash: filled(32, 9) },
    { verifiers: 3 },
    { previous: filled(32, 9) },
    { requesterKey: filled(64, 9) },
    { issuedAt: CALL.issuedAt + 1 },
  ]
  expect(distinct(changes.map((change) => auditCallDigest({ ...CALL, ...change })))).toBe(changes.length)
})

test('every field of an attestation moves its digest, and every number of its report', () => {
  const changes: Partial<Attestation>[] = [
    {},
    { callHash: filled(32, 9) },
    { receiptHash: filled(32, 9) },
    { cell: { ...SAMPLE_CELL, precision: 'q8' } },
    { verdict: 'fail' },
    { reason: 'check/token-rule' },
    { segment: 0 },
    { report: null },
    { report: report({ probes: [1] }) },
    { report: report({ maxMargin: 1 }) },
    { thresholds: '09'.repeat(32) },
    { verifierKey: filled(64, 9) },
    { issuedAt: ATTESTATION.issuedAt + 1 },
  ]
  expect(distinct(changes.map((change) => attestationDigest({ ...ATTESTATION, ...change })))).toBe(changes.length)
})

test('a commitment hides: another salt, another commitment; and it is bound to its verifier and its call', () => {
  expect(attestationCommitmentOf(ATTESTATION, filled(32, 1))).not.toEqual(
    attestationCommitmentOf(ATTESTATION, filled(32, 2)),
  )
  const commitment = { callHash: filled(32, 1), commitment: filled(32, 2), verifierKey: filled(64, 3) }
  const digests = [
    commitmentDigest(commitment),
    commitmentDigest({ ...commitment, callHash: filled(32, 9) }),
    commitmentDigest({ ...commitment, commitment: filled(32, 9) }),
    commitmentDigest({ ...commitment, verifierKey: filled(64, 9) }),
  ]
  expect(distinct(digests)).toBe(digests.length)
})

test('another EIP-712 library comes to the same digests', () => {
  const call = {
    ...CALL,
    receiptHash: hex(CALL.receiptHash),
    bundleHash: hex(CALL.bundleHash),
    beaconChain: `0x${CALL.beaconChain}`,
    rosterHash: hex(CALL.rosterHash),
    previous: hex(new Uint8Array(32)),
    requesterKey: hex(CALL.requesterKey),
  }
  expect(hex(auditCallDigest(CALL))).toBe(TypedDataEncoder.hash(DOMAIN, mutable(AUDIT_CALL_TYPES), call))
  const attestation = {
    ...ATTESTATION,
    callHash: hex(ATTESTATION.callHash),
    receiptHash: hex(ATTESTATION.receiptHash),
    cell: `0x${cellId(SAMPLE_CELL)}`,
    segment: 0xffff_ffff,
    report: hex(taggedHash('report', encodeCbor(ATTESTATION.report))),
    thresholds: hex(new Uint8Array(32)),
    verifierKey: hex(ATTESTATION.verifierKey),
  }
  expect(hex(attestationDigest(ATTESTATION))).toBe(
    TypedDataEncoder.hash(DOMAIN, mutable(ATTESTATION_TYPES), attestation),
  )
  const commitment = { callHash: filled(32, 1), commitment: filled(32, 2), verifierKey: filled(64, 3) }
  expect(hex(commitmentDigest(commitment))).toBe(
    TypedDataEncoder.hash(DOMAIN, mutable(COMMITMENT_TYPES), {
      callHash: hex(commitment.callHash),
      commitment: hex(commitment.commitment),
      verifierKey: hex(commitment.verifierKey),
    }),
  )
})

test('strangers’ bytes are no message, and no exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
      expect(decodeCallerMessage(bytes).ok).toBe(false)
      expect(decodeVerifierMessage(bytes).ok).toBe(false)
    }),
  )
})

/** The other library's types are not read-only. */
function mutable(types: Record<string, readonly { name: string; type: string }[]>) {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]))
}
