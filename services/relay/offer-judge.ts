import type { JudgeMessage } from '../../src/network/gossip-validator.ts'
import { createRateLimiter } from '../../src/network/rate-limiter.ts'
import type { Clock } from '../../src/participant/ports.ts'
import { judgeOffer } from '../../src/protocol/wire/offer.ts'
import { ignore, type MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import {
  MAX_TRACKED_PUBLISHERS,
  OFFER_BURST,
  OFFER_INTERVAL_MS,
  SOURCE_OFFER_BURST,
  SOURCE_OFFER_INTERVAL_MS,
} from './relay-limits.ts'

/** The protocol's rules, and a pace: each valid offer is sent on to every page. */
export function createOfferJudge(clock: Pick<Clock, 'now'>): JudgeMessage {
  const pace = createRateLimiter({
    burst: OFFER_BURST,
    intervalMs: OFFER_INTERVAL_MS,
    maxKeys: MAX_TRACKED_PUBLISHERS,
    clock,
  })
  const sources = createRateLimiter({
    burst: SOURCE_OFFER_BURST,
    intervalMs: SOURCE_OFFER_INTERVAL_MS,
    maxKeys: MAX_TRACKED_PUBLISHERS,
    clock,
  })
  return (offer: Uint8Array, publisher: string, source: string): MessageVerdict => {
    // IGNORE what comes too fast from one connection, before any signature is looked at: publishers' names are free, connections are not.
    if (!sources.take(source)) return ignore('offer/too-many')
    const { verdict } = judgeOffer(offer, publisher, clock.now())
    // IGNORE a valid offer that comes too soon after its publisher's others.
    return verdict.verdict === 'accept' && !pace.take(publisher) ? ignore('offer/too-many') : verdict
  }
}
