import * as v from 'valibot'
import type { JsonRpc, RpcAnswer, RpcCall } from '../../src/wallet/json-rpc.ts'
import { type Door, done, readRequest, refusal } from './door.ts'

/** What reads, and what hands in a transaction that somebody has signed. Nothing that the node would sign, mine, change or remember. */
const METHODS: ReadonlySet<string> = new Set([
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getStorageAt',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_sendRawTransaction',
  'net_version',
])

/** The largest transaction that a node takes has 128 KiB, twice that in hex. */
const MAX_REQUEST_BYTES = 320 * 1024
/** As many as our own pages send at once. */
const MAX_BATCH = 50
/** Of one batch. Our own pages read no more either. */
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_PARAMS = 8
/** Batches before the node at once; the node answers each within some milliseconds. */
const MAX_PENDING = 64

const CallSchema = v.object({
  jsonrpc: v.literal('2.0'),
  id: v.union([v.number(), v.pipe(v.string(), v.maxLength(64)), v.null()]),
  method: v.pipe(v.string(), v.maxLength(64)),
  params: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(MAX_PARAMS)), []),
})
type Call = v.InferOutput<typeof CallSchema>

// https://www.jsonrpc.org/specification#error_object, and EIP-1474 for the last two.
const INVALID_REQUEST = { code: -32_600, message: 'This is not a call of JSON-RPC 2.0.' }
const NOT_HERE = { code: -32_601, message: 'This method is not offered here.' }
const UNREACHABLE = { code: -32_603, message: 'The node does not answer, or with more than may pass here.' }
const TOO_MANY = { code: -32_005, message: 'Too many calls at once.' }

type Entry = { id: Call['id']; jsonrpc: '2.0'; result: unknown } | { id: Call['id']; jsonrpc: '2.0'; error: object }

/** The node, from the page's own origin: its policy names no other, and a wallet may use it too. The node itself is only told what is in the list. */
export function createRpcDoor(rpc: JsonRpc): Door {
  let pending = 0

  async function forward(calls: readonly RpcCall[]): Promise<RpcAnswer[] | null> {
    pending++
    try {
      return await rpc.batch(calls)
    } catch {
      return null
    } finally {
      pending--
    }
  }

  return {
    maxRequestBytes: MAX_REQUEST_BYTES,
    async answer(request) {
      const reading = readRequest(request)
      if ('refused' in reading) return reading.refused
      const isBatch = Array.isArray(reading.json)
      const asked: unknown[] = Array.isArray(reading.json) ? reading.json : [reading.json]
      if (asked.length === 0) return done(failure(null, INVALID_REQUEST))
      if (asked.length > MAX_BATCH || pending >= MAX_PENDING) return done(failure(null, TOO_MANY))

      const read = asked.map((one) => v.safeParse(CallSchema, one))
      const passed = read.flatMap(({ success, output }) => (success && METHODS.has(output.method) ? [output] : []))
      const answers = passed.length === 0 ? [] : await forward(passed.map(({ method, params }) => ({ method, params })))
      const byCall = new Map(passed.map((call, i) => [call, answers?.[i]]))
      const entries = read.map((one): Entry => {
        if (!one.success) return failure(null, INVALID_REQUEST)
        if (!METHODS.has(one.output.method)) return failure(one.output.id, NOT_HERE)
        return entryOf(one.output.id, byCall.get(one.output))
      })
      const answer = done(isBatch ? entries : entries[0])
      const isTooLong = Buffer.byteLength(answer.body) > MAX_ANSWER_BYTES
      return isTooLong ? refusal(502, 'rpc/too-long', 'The answer is longer than may pass here.') : answer
    },
  }
}

function entryOf(id: Call['id'], answer: RpcAnswer | undefined): Entry {
  if (answer === undefined) return failure(id, UNREACHABLE)
  return answer.state === 'error' ? failure(id, answer.error) : { jsonrpc: '2.0', id, result: answer.result }
}

function failure(id: Call['id'], error: object): Entry {
  return { jsonrpc: '2.0', id, error }
}
