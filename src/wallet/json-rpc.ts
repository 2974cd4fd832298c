import * as v from 'valibot'
import type { Clock } from '../participant/ports.ts'
import { chainError } from './chain-errors.ts'
import { postJson } from './post-json.ts'

/** One batch. Honest answers have some kilobytes; the events of a wallet with many sessions some hundreds of them. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** Calls in one request: public nodes refuse more. */
const MAX_BATCH_CALLS = 50

/** Nodes answer in well under a second; a page that waits longer should say so. */
const REQUEST_TIMEOUT_MS = 10_000

const MAX_ERROR_TEXT = 500

export interface RpcCall {
  method: string
  params: readonly unknown[]
}

export interface RpcFailure {
  code: number
  message: string
  /** What a revert carried, wherever the node put it. */
  data: unknown
}

export type RpcAnswer = { state: 'result'; result: unknown } | { state: 'error'; error: RpcFailure }

/** Ethereum JSON-RPC with many calls in one request. Errors: `chain/unreachable`, also for what is not JSON-RPC. */
export interface JsonRpc {
  /** Answers in the order of the calls. */
  batch(calls: readonly RpcCall[], signal?: AbortSignal): Promise<RpcAnswer[]>
}

export interface JsonRpcOptions {
  url: string
  clock: Pick<Clock, 'after'>
  fetch?: typeof globalThis.fetch
}

// Fields that the specification does not know are let pass: nodes add their own.
const AnswerSchema = v.object({
  id: v.number(),
  result: v.optional(v.unknown()),
  error: v.optional(v.object({ code: v.number(), message: v.string(), data: v.optional(v.unknown()) })),
})
const AnswersSchema = v.pipe(v.array(AnswerSchema), v.maxLength(MAX_BATCH_CALLS))

export function createJsonRpc({ url, clock, fetch = globalThis.fetch }: JsonRpcOptions): JsonRpc {
  async function post(calls: readonly RpcCall[], signal: AbortSignal | undefined): Promise<RpcAnswer[]> {
    const body = calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))
    const answer = await postJson(url, body, {
      // A browser's fetch must not be called as a method of ours.
      fetch: (...request) => fetch(...request),
      clock,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal,
    })
    if (answer.state !== 'json') throw chainError('chain/unreachable', { cause: answer.cause })
    const parsed = v.safeParse(AnswersSchema, answer.json)
    if (!parsed.success) throw chainError('chain/unreachable', { details: { reason: 'no JSON-RPC batch' } })
    const byId = new Map(parsed.output.map((one) => [one.id, one]))
    return calls.map((call, id) => answerOf(byId.get(id), call.method))
  }

  return {
    async batch(calls, signal) {
      const answers: RpcAnswer[] = []
      for (let first = 0; first < calls.length; first += MAX_BATCH_CALLS) {
        answers.push(...(await post(calls.slice(first, first + MAX_BATCH_CALLS), signal)))
      }
      return answers
    },
  }
}

function answerOf(one: v.InferOutput<typeof AnswerSchema> | undefined, method: string): RpcAnswer {
  if (one === undefined) throw chainError('chain/unreachable', { details: { reason: `no answer to ${method}` } })
  if (one.error === undefined) return { state: 'result', result: one.result ?? null }
  const { code, message, data } = one.error
  return { state: 'error', error: { code, message: message.slice(0, MAX_ERROR_TEXT), data } }
}
