import * as v from 'valibot'
import { bytesEqual, taggedHash } from '../hash.ts'
import { EVIDENCE_PART_BYTES, MAX_BUNDLE_BYTES } from '../limits.ts'
import { type Decoded, decodeCbor, encodeCbor } from './codec.ts'
import { Bytes32, count } from './schemas.ts'

/** Version 1 of the stream on which evidence is fetched by its hash (protocol.md §6.2). */
export const EVIDENCE_PROTOCOL = '/locus/evidence/1'

/** Map heads, keys and numbers around the bytes of a part. */
const ENVELOPE_BYTES = 64

/** What a seeker may send, once. */
const SeekerMessageSchema = v.strictObject({ type: v.literal('want'), hash: Bytes32 })
export type SeekerMessage = v.InferOutput<typeof SeekerMessageSchema>

const PartBytes: v.GenericSchema<Uint8Array, Uint8Array> = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length > 0 && bytes.length <= EVIDENCE_PART_BYTES, 'a part has 1 byte to 256 KiB'),
)

const PartSchema = v.strictObject({ type: v.literal('part'), offset: count(MAX_BUNDLE_BYTES), bytes: PartBytes })
export type EvidencePart = v.InferOutput<typeof PartSchema>

/** What a holder may send: `missing`, or `have` and every part of it in order. */
const HolderMessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('missing') }),
  /** Bytes in all. The cap is the seeker's to judge, so that who exceeds it hears why. */
  v.strictObject({ type: v.literal('have'), bytes: v.pipe(count(Number.MAX_SAFE_INTEGER), v.minValue(1)) }),
  PartSchema,
])
export type HolderMessage = v.InferOutput<typeof HolderMessageSchema>

export function encodeEvidenceMessage(message: SeekerMessage | HolderMessage): Uint8Array {
  return encodeCbor(message)
}

export function decodeSeekerMessage(frame: Uint8Array): Decoded<SeekerMessage> {
  return decodeCbor(frame, SeekerMessageSchema, ENVELOPE_BYTES + 32)
}

export function decodeHolderMessage(frame: Uint8Array): Decoded<HolderMessage> {
  return decodeCbor(frame, HolderMessageSchema, ENVELOPE_BYTES + EVIDENCE_PART_BYTES)
}

/** The name of evidence: hash of the encoded bundle, computed before a byte of it is read as anything. */
export function evidenceHash(bytes: Uint8Array): Uint8Array {
  return taggedHash('bundle', bytes)
}

export function isEvidenceOf(hash: Uint8Array, bytes: Uint8Array): boolean {
  return bytesEqual(evidenceHash(bytes), hash)
}

/** The one way to cut evidence: every part is full but the last. Views of `bytes`, not copies. */
export function evidenceParts(bytes: Uint8Array): EvidencePart[] {
  return Array.from({ length: Math.ceil(bytes.length / EVIDENCE_PART_BYTES) }, (_, index) => {
    const offset = index * EVIDENCE_PART_BYTES
    return { type: 'part', offset, bytes: bytes.subarray(offset, offset + EVIDENCE_PART_BYTES) }
  })
}

/** Whether `part` is the one that follows `filled` bytes of `total`: no gap, no overlap, no crumbs. */
export function isNextPart(part: EvidencePart, filled: number, total: number): boolean {
  return part.offset === filled && part.bytes.length === Math.min(EVIDENCE_PART_BYTES, total - filled)
}
