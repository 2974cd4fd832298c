import * as v from 'valibot'
import type { Clock } from '../participant/ports.ts'
import type { HexBytes } from '../protocol/channel/chain-network.ts'
import { chainError } from './chain-errors.ts'
import type { ChainCall } from './encode-call.ts'
import { postJson } from './post-json.ts'
import { Hash } from './rpc-values.ts'

/** A hash, or a sentence. */
const MAX_ANSWER_BYTES = 4 * 1024

/** It asks its node a few times before it answers. */
const REQUEST_TIMEOUT_MS = 20_000

const MAX_REASON = 200

const AnswerSchema = v.union([
  v.object({ transaction: Hash }),
  v.object({ error: v.object({ code: v.string(), message: v.string() }) }),
])

export interface SponsorOptions {
  url: string
  clock: Pick<Clock, 'after'>
  fetch: typeof globalThis.fetch
}

/** Who pays may refuse; it cannot change what is sent, which is signed. Errors: `chain/sponsor-refused`, `chain/unreachable`. */
export async function sendToSponsor(call: ChainCall, options: SponsorOptions, signal?: AbortSignal): Promise<HexBytes> {
  const { url, clock, fetch } = options
  const answer = await postJson(url, call, {
    fetch: (...request) => fetch(...request),
    clock,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    timeoutMs: REQUEST_TIMEOUT_MS,
    signal,
  })
  if (answer.state !== 'json') throw chainError('chain/unreachable', { cause: answer.cause, text: UNREACHABLE })
  const parsed = v.safeParse(AnswerSchema, answer.json)
  if (!parsed.success) throw chainError('chain/unreachable', { text: UNREACHABLE })
  if ('transaction' in parsed.output) return parsed.output.transaction
  const { code, message } = parsed.output.error
  // Somebody else's words: for whoever looks into it, never what the page says by itself.
  const details = { sponsorCode: code.slice(0, MAX_REASON), reason: message.slice(0, MAX_REASON) }
  throw chainError('chain/sponsor-refused', { details })
}

const UNREACHABLE = {
  message: 'The server that pays for transactions cannot be reached, or what answers in its place makes no sense.',
  nextStep: 'Try again later, or send it with your own wallet, which pays the fee.',
}
