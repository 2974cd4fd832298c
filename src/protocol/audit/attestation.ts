import * as v from 'valibot'
import { hashTypedData } from 'viem'
import { CellSchema, cellId } from '../evidence/cell.ts'
import { CheckReportSchema } from '../evidence/check-report.ts'
import { hexToBytes, taggedHash } from '../hash.ts'
import { MAX_OUTPUT_TOKENS, SEGMENT_TOKENS } from '../limits.ts'
import { DOMAIN, hex } from '../receipt/typed-data.ts'
import { encodeCbor } from '../wire/codec.ts'
import { Bytes32, Bytes64, count, Hex32, shortText, UnixMs } from '../wire/schemas.ts'

/** A verifier's signed verdict on a receipt, with the numbers behind it (protocol.md §5.5). */
export const AttestationSchema = v.strictObject({
  version: v.literal(1),
  callHash: Bytes32,
  receiptHash: Bytes32,
  /** What the verifier computed on. */
  cell: CellSchema,
  verdict: v.picklist(['pass', 'fail', 'inconclusive']),
  /** Error code of a verdict that is no pass, else the empty string. */
  reason: shortText(64),
  /** First segment that failed; null where no segment is to blame. */
  segment: v.nullable(count(MAX_OUTPUT_TOKENS / SEGMENT_TOKENS)),
  /**
   * Null: nothing was computed, because the evidence itself is at fault or the device could not. Its probes are the values at the positions
   * drawn for this verifier alone: who has not computed them cannot know them, and nobody else's are of use.
   */
  report: v.nullable(CheckReportSchema),
  /** Version of the threshold table used; null where equality was owed. */
  thresholds: v.nullable(Hex32),
  verifierKey: Bytes64,
  issuedAt: UnixMs,
})
export type Attestation = v.InferOutput<typeof AttestationSchema>

/** What a verifier shows before it knows what others found. */
export const SignedCommitmentSchema = v.strictObject({
  callHash: Bytes32,
  commitment: Bytes32,
  verifierKey: Bytes64,
  signature: Bytes64,
})
export type SignedCommitment = v.InferOutput<typeof SignedCommitmentSchema>

/** Opens a commitment. */
export const RevealSchema = v.strictObject({ attestation: AttestationSchema, salt: Bytes32, signature: Bytes64 })
export type Reveal = v.InferOutput<typeof RevealSchema>

export const ATTESTATION_TYPES = {
  Attestation: [
    { name: 'callHash', type: 'bytes32' },
    { name: 'receiptHash', type: 'bytes32' },
    { name: 'cell', type: 'bytes32' },
    { name: 'verdict', type: 'string' },
    { name: 'reason', type: 'string' },
    { name: 'segment', type: 'uint32' },
    { name: 'report', type: 'bytes32' },
    { name: 'thresholds', type: 'bytes32' },
    { name: 'verifierKey', type: 'bytes' },
    { name: 'issuedAt', type: 'uint64' },
  ],
} as const

export const COMMITMENT_TYPES = {
  AttestationCommitment: [
    { name: 'callHash', type: 'bytes32' },
    { name: 'commitment', type: 'bytes32' },
    { name: 'verifierKey', type: 'bytes' },
  ],
} as const

/** Stands for "no segment": above every index. */
const NO_SEGMENT = 0xffff_ffff
const NO_THRESHOLDS = '0'.repeat(64)

/** The 32 bytes that a verifier's session key signs. */
export function attestationDigest(attestation: Attestation): Uint8Array {
  const digest = hashTypedData({
    domain: DOMAIN,
    types: ATTESTATION_TYPES,
    primaryType: 'Attestation',
    message: {
      callHash: hex(attestation.callHash),
      receiptHash: hex(attestation.receiptHash),
      cell: `0x${cellId(attestation.cell)}`,
      verdict: attestation.verdict,
      reason: attestation.reason,
      segment: attestation.segment ?? NO_SEGMENT,
      report: hex(taggedHash('report', encodeCbor(attestation.report))),
      thresholds: `0x${attestation.thresholds ?? NO_THRESHOLDS}`,
      verifierKey: hex(attestation.verifierKey),
      issuedAt: BigInt(attestation.issuedAt),
    },
  })
  return hexToBytes(digest.slice(2))
}

/** Hides the attestation until everybody has committed: the salt is 32 fresh random bytes. */
export function attestationCommitmentOf(attestation: Attestation, salt: Uint8Array): Uint8Array {
  return taggedHash('attestation', attestationDigest(attestation), salt)
}

/** Binds a commitment to its verifier and its call, so that nobody can hand in somebody else's. */
export function commitmentDigest({
  callHash,
  commitment,
  verifierKey,
}: Omit<SignedCommitment, 'signature'>): Uint8Array {
  const message = { callHash: hex(callHash), commitment: hex(commitment), verifierKey: hex(verifierKey) }
  const digest = hashTypedData({
    domain: DOMAIN,
    types: COMMITMENT_TYPES,
    primaryType: 'AttestationCommitment',
    message,
  })
  return hexToBytes(digest.slice(2))
}
