import type { JudgeMessage } from '../../src/network/gossip-validator.ts'
import { createRateLimiter } from '../../src/network/rate-limiter.ts'
import type { Clock } from '../../src/participant/ports.ts'
import { judgeOffer } from '../../src/protocol/wire/offer.ts'
import { judgeRootAnnouncement } from '../../src/protocol/wire/root-announcement.ts'
import { ignore, type MessageVerdict } from '../../src/protocol/wire/verdict.ts'
import {
  MAX_TRACKED_PUBLISHERS,
  OFFER_BURST,
  OFFER_INTERVAL_MS,
  ROOT_BURST,
  ROOT_INTERVAL_MS,
  SOURCE_OFFER_BURST,
  SOURCE_OFFER_INTERVAL_MS,
  SOURCE_ROOT_BURST,
  SOURCE_ROOT_INTERVAL_MS,
} from './relay-limits.ts'

interface Pace {
  burst: number
  intervalMs: number
}

interface PacedJudgeOptions {
  /** The protocol's rules. */
  rules: (message: Uint8Array, publisher: string, nowMs: number) => { verdict: MessageVerdict }
  publisher: Pace
  source: Pace
  /** Of what came too fast. */
  code: string
  clock: Pick<Clock, 'now'>
}

export function createOfferJudge(clock: Pick<Clock, 'now'>): JudgeMessage {
  return createPacedJudge({
    rules: judgeOffer,
    publisher: { burst: OFFER_BURST, intervalMs: OFFER_INTERVAL_MS },
    source: { burst: SOURCE_OFFER_BURST, intervalMs: SOURCE_OFFER_INTERVAL_MS },
    code: 'offer/too-many',
    clock,
  })
}

export function createRootJudge(clock: Pick<Clock, 'now'>): JudgeMessage {
  return createPacedJudge({
    rules: judgeRootAnnouncement,
    publisher: { burst: ROOT_BURST, intervalMs: ROOT_INTERVAL_MS },
    source: { burst: SOURCE_ROOT_BURST, intervalMs: SOURCE_ROOT_INTERVAL_MS },
    code: 'root/too-many',
    clock,
  })
}

/** The protocol's rules, and a pace: each valid message is sent on to every page. */
function createPacedJudge({ rules, publisher, source, code, clock }: PacedJudgeOptions): JudgeMessage {
  const publishers = createRateLimiter({ ...publisher, maxKeys: MAX_TRACKED_PUBLISHERS, clock })
  const sources = createRateLimiter({ ...source, maxKeys: MAX_TRACKED_PUBLISHERS, clock })
  return (message, from, through) => {
    // IGNORE what comes too fast from one connection, before any signature is looked at: publishers' names are free, connections are not.
    if (!sources.take(through)) return ignore(code)
    const { verdict } = rules(message, from, clock.now())
    // IGNORE a valid message that comes too soon after its publisher's others.
    return verdict.verdict === 'accept' && !publishers.take(from) ? ignore(code) : verdict
  }
}
