import * as v from 'valibot'
import { PriceSchema } from '../channel/payment-terms.ts'
import { CellSchema } from '../evidence/cell.ts'
import { taggedHash } from '../hash.ts'
import { MAX_CLOCK_SKEW_MS, MAX_OFFER_BYTES, MAX_OFFER_LIFETIME_MS } from '../limits.ts'
import { isSignedBy } from '../receipt/signature.ts'
import { decodeCbor, encodeCbor } from './codec.ts'
import { Bytes64, count, shortText, UnixMs } from './schemas.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from './verdict.ts'

/** Gossip topic of offers (protocol.md §6). */
export const OFFER_TOPIC = 'locus/offers/2'

const OfferSchema = v.strictObject({
  version: v.literal(2),
  peerId: shortText(128),
  providerKey: Bytes64,
  cell: CellSchema,
  /** Measured by the provider's own self-test: a claim until receipts prove it. */
  tokensPerSecond: count(1_000_000),
  contextTokens: count(1_000_000),
  busy: v.boolean(),
  /** What it asks; null: it knows no chain, and works for nothing only. */
  price: v.nullable(PriceSchema),
  expiresAt: UnixMs,
})
export type Offer = v.InferOutput<typeof OfferSchema>

const SignedOfferSchema = v.strictObject({ offer: OfferSchema, signature: Bytes64 })

export function offerDigest(offer: Offer): Uint8Array {
  return taggedHash('offer', encodeCbor(offer))
}

export function encodeOffer(offer: Offer, signature: Uint8Array): Uint8Array {
  return encodeCbor({ offer, signature })
}

/** A remote offer's verdict, and the offer if it may be used. `publisher` is the peer id that gossip authenticated. */
export function judgeOffer(
  bytes: Uint8Array,
  publisher: string,
  nowMs: number,
): { verdict: MessageVerdict; offer: Offer | null } {
  // REJECT an offer that is oversized, not canonical CBOR, or not of the schema.
  const decoded = decodeCbor(bytes, SignedOfferSchema, MAX_OFFER_BYTES)
  if (!decoded.ok) return { verdict: reject(`offer/${decoded.code}`), offer: null }
  const { offer, signature } = decoded.value
  // REJECT an offer made for somebody else.
  if (offer.peerId !== publisher) return { verdict: reject('offer/not-its-publisher'), offer: null }
  // IGNORE an offer that has expired: gossip may be late.
  if (offer.expiresAt <= nowMs) return { verdict: ignore('offer/expired'), offer: null }
  // REJECT an offer that would outlive the cap, however far the clocks differ.
  if (offer.expiresAt > nowMs + MAX_OFFER_LIFETIME_MS + MAX_CLOCK_SKEW_MS) {
    return { verdict: reject('offer/lives-too-long'), offer: null }
  }
  // REJECT an offer that its session key did not sign.
  if (!isSignedBy(offer.providerKey, offerDigest(offer), signature)) {
    return { verdict: reject('offer/signature'), offer: null }
  }
  return { verdict: ACCEPT, offer }
}
