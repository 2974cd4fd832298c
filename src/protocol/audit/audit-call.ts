import * as v from 'valibot'
import { hashTypedData } from 'viem'
import { hexToBytes } from '../hash.ts'
import { MAX_DRAWN_VERIFIERS } from '../limits.ts'
import { DOMAIN, hex } from '../receipt/typed-data.ts'
import { Bytes32, Bytes64, count, Hex32, UnixMs } from '../wire/schemas.ts'

/**
 * The requester's countersignature of a delivered answer (protocol.md §5.4): it fixes what is to be checked, which beacon round draws, at
 * what rate, among whom and how many, before that round is known. Two calls for one receipt and stage are an equivocation.
 */
export const AuditCallSchema = v.strictObject({
  version: v.literal(1),
  /** EIP-712 digest of the answer's last receipt: the provider's commitment. */
  receiptHash: Bytes32,
  /** `H("bundle", …)` of the evidence, under which verifiers fetch it. */
  bundleHash: Bytes32,
  beaconChain: Hex32,
  beaconRound: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  rateMillionths: count(1_000_000),
  rosterHash: Bytes32,
  verifiers: v.pipe(count(MAX_DRAWN_VERIFIERS), v.minValue(1)),
  /**
   * Digest of the call whose alarm convenes this committee; null for the lottery's own call. A committee is drawn whatever the lottery
   * says, and never among those of the call before.
   */
  previous: v.nullable(Bytes32),
  requesterKey: Bytes64,
  issuedAt: UnixMs,
})
export type AuditCall = v.InferOutput<typeof AuditCallSchema>

export const SignedAuditCallSchema = v.strictObject({ call: AuditCallSchema, signature: Bytes64 })

export const AUDIT_CALL_TYPES = {
  AuditCall: [
    { name: 'receiptHash', type: 'bytes32' },
    { name: 'bundleHash', type: 'bytes32' },
    { name: 'beaconChain', type: 'bytes32' },
    { name: 'beaconRound', type: 'uint64' },
    { name: 'rateMillionths', type: 'uint32' },
    { name: 'rosterHash', type: 'bytes32' },
    { name: 'verifiers', type: 'uint32' },
    { name: 'previous', type: 'bytes32' },
    { name: 'requesterKey', type: 'bytes' },
    { name: 'issuedAt', type: 'uint64' },
  ],
} as const

/** No digest is zero, so zero can stand for "none". */
const NONE = new Uint8Array(32)

/** The 32 bytes that the requester's session key signs, and the name of the call. */
export function auditCallDigest(call: AuditCall): Uint8Array {
  const digest = hashTypedData({
    domain: DOMAIN,
    types: AUDIT_CALL_TYPES,
    primaryType: 'AuditCall',
    message: {
      receiptHash: hex(call.receiptHash),
      bundleHash: hex(call.bundleHash),
      beaconChain: `0x${call.beaconChain}`,
      beaconRound: BigInt(call.beaconRound),
      rateMillionths: call.rateMillionths,
      rosterHash: hex(call.rosterHash),
      verifiers: call.verifiers,
      previous: hex(call.previous ?? NONE),
      requesterKey: hex(call.requesterKey),
      issuedAt: BigInt(call.issuedAt),
    },
  })
  return hexToBytes(digest.slice(2))
}
