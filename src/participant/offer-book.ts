import { type Cell, isExactPair, isUniversalCell } from '../protocol/evidence/cell.ts'
import { bytesEqual, bytesToHex } from '../protocol/hash.ts'
import { judgeOffer, type Offer } from '../protocol/wire/offer.ts'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import type { Clock, Unsubscribe } from './ports.ts'

/** Offers remembered at once; beyond it newcomers are ignored until others expire, so gossip cannot fill our memory. */
const MAX_OFFERS = 512

export interface OfferQuery {
  modelRoot: string
  /** Peers that have just failed this answer. */
  excludedPeers: ReadonlySet<string>
  /** What this device checks as, if that is known: providers that can be checked bit for bit here come first. */
  checkerCell: Cell | null
  /** Null: whoever answers for nothing; else those whose price can be paid here. */
  accepts: ((price: Offer['price']) => boolean) | null
}

/** The offers that are valid now: judged on arrival, replaced by their peer's next one, forgotten when they expire. */
export interface OfferBook {
  /** The gossip handler: its verdict decides whether the offer propagates. */
  receive(bytes: Uint8Array, publisher: string): MessageVerdict
  /** The best free offer for this query, or null. */
  best(query: OfferQuery): Offer | null
  /** Every valid offer of a model, busy ones included. */
  list(modelRoot: string): Offer[]
  /** Forgets what this key offers, and ignores what it will. */
  distrust(providerKey: Uint8Array): void
  /** Calls back whenever an offer has arrived. */
  onChange(listener: () => void): Unsubscribe
  size(): number
}

export function createOfferBook(clock: Pick<Clock, 'now'>): OfferBook {
  const offers = new Map<string, Offer>()
  /** As many as have contradicted themselves under a signature while this page was open. */
  const distrusted = new Set<string>()
  const listeners = new Set<() => void>()

  const forgetExpired = (): void => {
    for (const [peerId, offer] of offers) if (offer.expiresAt <= clock.now()) offers.delete(peerId)
  }

  return {
    receive(bytes, publisher) {
      const { verdict, offer } = judgeOffer(bytes, publisher, clock.now())
      if (offer === null) return verdict
      // IGNORE an offer of a key that has contradicted itself: its sender may not know yet.
      if (distrusted.has(bytesToHex(offer.providerKey))) return ignore('offer/distrusted')
      const known = offers.get(offer.peerId)
      // IGNORE an offer older than the one we hold: gossip does not keep order.
      if (known !== undefined && known.expiresAt > offer.expiresAt) return ignore('offer/stale')
      forgetExpired()
      // IGNORE what we cannot remember.
      if (known === undefined && offers.size >= MAX_OFFERS) return ignore('offer/book-full')
      offers.set(offer.peerId, offer)
      for (const listener of listeners) listener()
      return verdict
    },

    best({ modelRoot, excludedPeers, checkerCell, accepts }) {
      forgetExpired()
      const usable = [...offers.values()].filter(
        (offer) =>
          offer.cell.modelRoot === modelRoot &&
          !offer.busy &&
          !excludedPeers.has(offer.peerId) &&
          (accepts === null || accepts(offer.price)),
      )
      const isCheckable = ({ cell }: Offer): boolean =>
        isUniversalCell(cell) || (checkerCell !== null && isExactPair(cell, checkerCell))
      const rank = (offer: Offer): number => (isCheckable(offer) ? 1 : 0)
      usable.sort(
        (a, b) => rank(b) - rank(a) || b.tokensPerSecond - a.tokensPerSecond || (a.peerId < b.peerId ? -1 : 1),
      )
      return usable[0] ?? null
    },

    distrust(providerKey) {
      distrusted.add(bytesToHex(providerKey))
      for (const [peerId, offer] of offers) if (bytesEqual(offer.providerKey, providerKey)) offers.delete(peerId)
    },

    list(modelRoot) {
      forgetExpired()
      return [...offers.values()].filter(({ cell }) => cell.modelRoot === modelRoot)
    },

    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    size() {
      forgetExpired()
      return offers.size
    },
  }
}
