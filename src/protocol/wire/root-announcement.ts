import * as v from 'valibot'
import { bytesEqual, taggedHash } from '../hash.ts'
import { MAX_CLOCK_SKEW_MS, MAX_ROOT_AGE_MS, MAX_ROOT_BYTES, MAX_ROOT_LEAVES, ROOT_EPOCH_MS } from '../limits.ts'
import { isSignedBy } from '../receipt/signature.ts'
import { decodeCbor, encodeCbor } from './codec.ts'
import { Bytes32, Bytes64, count, shortText, UnixMs } from './schemas.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from './verdict.ts'

/** Gossip topic of roots (protocol.md §6.5). */
export const ROOT_TOPIC = 'locus/roots/1'

/** What a participant signed within one epoch, as the root of a Merkle tree (RFC 9162) over the digests. */
const RootAnnouncementSchema = v.strictObject({
  version: v.literal(1),
  kind: v.picklist(['receipts', 'attestations']),
  participantKey: Bytes64,
  peerId: shortText(128),
  /** Unix time divided by ROOT_EPOCH_MS; its end is `(epoch + 1) * ROOT_EPOCH_MS`. */
  epoch: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  root: Bytes32,
  /** Leaves under the root. An epoch without any has no root. */
  count: v.pipe(count(MAX_ROOT_LEAVES), v.minValue(1)),
  issuedAt: UnixMs,
})
export type RootAnnouncement = v.InferOutput<typeof RootAnnouncementSchema>
export type RootKind = RootAnnouncement['kind']

const SignedRootSchema = v.strictObject({ announcement: RootAnnouncementSchema, signature: Bytes64 })

export function rootDigest(announcement: RootAnnouncement): Uint8Array {
  return taggedHash('root', encodeCbor(announcement))
}

export function encodeRoot(announcement: RootAnnouncement, signature: Uint8Array): Uint8Array {
  return encodeCbor({ announcement, signature })
}

export function epochAt(nowMs: number): number {
  return Math.floor(nowMs / ROOT_EPOCH_MS)
}

/** A remote root's verdict, and the announcement if it may be used. `publisher` is the peer id that gossip authenticated. */
export function judgeRootAnnouncement(
  bytes: Uint8Array,
  publisher: string,
  nowMs: number,
): { verdict: MessageVerdict; announcement: RootAnnouncement | null } {
  const refuse = (verdict: MessageVerdict) => ({ verdict, announcement: null })
  // REJECT a root that is oversized, not canonical CBOR, or not of the schema.
  const decoded = decodeCbor(bytes, SignedRootSchema, MAX_ROOT_BYTES)
  if (!decoded.ok) return refuse(reject(`root/${decoded.code}`))
  const { announcement, signature } = decoded.value
  // REJECT a root made for somebody else.
  if (announcement.peerId !== publisher) return refuse(reject('root/not-its-publisher'))
  // REJECT a root of an epoch that had not ended when it was issued: by its maker's own clock, more could still come.
  const endedAtMs = (announcement.epoch + 1) * ROOT_EPOCH_MS
  if (announcement.issuedAt < endedAtMs) return refuse(reject('root/epoch-open'))
  // REJECT a root that was issued after now, however far the clocks differ.
  if (announcement.issuedAt > nowMs + MAX_CLOCK_SKEW_MS) return refuse(reject('root/from-the-future'))
  // IGNORE a root whose epoch ended long ago: gossip may be late, and nobody keeps what it would be compared with.
  if (endedAtMs + MAX_ROOT_AGE_MS <= nowMs) return refuse(ignore('root/late'))
  // REJECT a root that its session key did not sign.
  if (!isSignedBy(announcement.participantKey, rootDigest(announcement), signature)) {
    return refuse(reject('root/signature'))
  }
  return { verdict: ACCEPT, announcement }
}

/**
 * Whether two messages prove, to anybody and at any time, that one key signed two different histories of one epoch. Remote input:
 * anything else is simply no proof.
 *
 * @internal What somebody runs who is handed the two: the root book compares them as they come.
 */
export function isRootEquivocation(first: Uint8Array, second: Uint8Array): boolean {
  const [a, b] = [first, second].map((bytes) => decodeCbor(bytes, SignedRootSchema, MAX_ROOT_BYTES))
  if (a?.ok !== true || b?.ok !== true) return false
  const [one, other] = [a.value.announcement, b.value.announcement]
  return (
    isSameSlot(one, other) &&
    !isSameRoot(one, other) &&
    [a.value, b.value].every(({ announcement, signature }) =>
      isSignedBy(announcement.participantKey, rootDigest(announcement), signature),
    )
  )
}

/** Whether both speak for one key, kind and epoch: then they must name one root. */
function isSameSlot(a: RootAnnouncement, b: RootAnnouncement): boolean {
  return bytesEqual(a.participantKey, b.participantKey) && a.kind === b.kind && a.epoch === b.epoch
}

/** Issued again with the same root, an announcement says nothing new. */
export function isSameRoot(a: RootAnnouncement, b: RootAnnouncement): boolean {
  return bytesEqual(a.root, b.root) && a.count === b.count
}
