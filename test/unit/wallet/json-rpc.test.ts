import { expect, test } from 'vitest'
import { createChainReader } from '../../../src/wallet/chain-reader.ts'
import { createJsonRpc } from '../../../src/wallet/json-rpc.ts'
import { balanceQuery, blockQuery, gasPriceQuery, logsQuery, receiptQuery } from '../../../src/wallet/rpc-query.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { address } from './sample-network.ts'

const URL = 'https://node.example'
const CALLS = [
  { method: 'eth_chainId', params: [] },
  { method: 'eth_gasPrice', params: [] },
]
const HASH = `0x${'ab'.repeat(32)}` as const

function answering(body: unknown, status = 200): typeof fetch {
  return () => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }))
}

/** A node that gives these results, by method. */
function nodeOf(results: Record<string, unknown>): typeof fetch {
  return (_, init) => {
    const calls = JSON.parse(init?.body as string) as { id: number; method: string }[]
    return answering(calls.map(({ id, method }) => ({ jsonrpc: '2.0', id, result: results[method] })))(URL)
  }
}

function readerOf(results: Record<string, unknown>) {
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch: nodeOf({ eth_chainId: '0x1', ...results }) })
  return createChainReader(rpc, { chainId: 1 })
}

test('answers come in the order of the calls, whatever order the node has', async () => {
  const fetch = answering([
    { id: 1, result: '0x2' },
    { id: 0, error: { code: 3, message: 'execution reverted', data: '0x01' } },
  ])
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch })
  expect(await rpc.batch(CALLS)).toEqual([
    { state: 'error', error: { code: 3, message: 'execution reverted', data: '0x01' } },
    { state: 'result', result: '0x2' },
  ])
})

test.each([
  ['no JSON', '<html>'],
  ['one answer for all', { id: 0, result: '0x1' }],
  ['a missing answer', [{ id: 0, result: '0x1' }]],
  ['ids of somebody else', [{ id: 7 }, { id: 8 }]],
  ['an error without a code', [{ id: 0, error: 'no' }]],
  ['more than a megabyte', `[${' '.repeat(1024 * 1024)}]`],
  ['a million answers', Array.from({ length: 10_000 }, (_, id) => ({ id }))],
  ['nothing', ''],
])('%s is no answer', async (_, body) => {
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch: answering(body) })
  await expect(rpc.batch(CALLS)).rejects.toMatchObject({ code: 'chain/unreachable' })
})

test('a body without an end is not read to its end', async () => {
  let pulled = 0
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1
      controller.enqueue(new Uint8Array(64 * 1024))
    },
  })
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch: () => Promise.resolve(new Response(endless)) })
  await expect(rpc.batch(CALLS)).rejects.toMatchObject({ code: 'chain/unreachable' })
  expect(pulled).toBeLessThan(32)
})

test('a node that never answers is given up, and one that cannot be reached says so', async () => {
  const clock = createFakeClock()
  const silent = createJsonRpc({
    url: URL,
    clock,
    fetch: (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      }),
  })
  const given = expect(silent.batch(CALLS)).rejects.toMatchObject({ code: 'chain/unreachable' })
  await clock.run(10_000)
  await given
  expect(clock.pending).toBe(0)
  const offline = createJsonRpc({ url: URL, clock, fetch: () => Promise.reject(new TypeError('offline')) })
  await expect(offline.batch(CALLS)).rejects.toMatchObject({ code: 'chain/unreachable' })
})

test('who stops gets the reason back', async () => {
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch: answering([]) })
  await expect(rpc.batch(CALLS, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

test('many calls are several requests', async () => {
  let requests = 0
  const fetch: typeof globalThis.fetch = (url, init) => {
    requests += 1
    return nodeOf({ eth_gasPrice: '0x1' })(url, init)
  }
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch })
  const answers = await rpc.batch(Array.from({ length: 120 }, () => ({ method: 'eth_gasPrice', params: [] })))
  expect(answers).toHaveLength(120)
  expect(requests).toBe(3)
})

test('a node of another chain is believed nothing', async () => {
  const rpc = createJsonRpc({ url: URL, clock: createFakeClock(), fetch: nodeOf({ eth_chainId: '0x2' }) })
  const asked = createChainReader(rpc, { chainId: 1 }).ask([balanceQuery(address(1))])
  await expect(asked).rejects.toMatchObject({ code: 'chain/wrong-chain' })
})

test('first questions asked at once are each answered, whichever answer comes first', async () => {
  const reader = readerOf({ eth_getBalance: '0x7', eth_gasPrice: '0x9' })
  const asked = [reader.ask([balanceQuery(address(1))]), reader.ask([gasPriceQuery()])]
  expect(await Promise.all(asked)).toEqual([[7n], [9n]])
  expect(await reader.ask([gasPriceQuery()])).toEqual([9n])
})

test('amounts keep every digit', async () => {
  const [wei] = await readerOf({ eth_getBalance: `0x${'f'.repeat(64)}` }).ask([balanceQuery(address(1))])
  expect(wei).toBe(2n ** 256n - 1n)
})

const block = { number: '0x5', hash: HASH, timestamp: '0x6' }
const receipt = { transactionHash: HASH, blockNumber: '0x5', blockHash: HASH, status: '0x1' }
const log = { address: address(1), topics: [HASH], data: '0x', blockNumber: '0x5', blockHash: HASH, logIndex: '0x0' }
const filter = { addresses: [address(1)], topics: [HASH] }

test.each([
  ['an amount in words', balanceQuery(address(1)), { eth_getBalance: 'many' }],
  ['an amount of 65 digits', balanceQuery(address(1)), { eth_getBalance: `0x1${'0'.repeat(64)}` }],
  ['an amount of a number', balanceQuery(address(1)), { eth_getBalance: 5 }],
  [
    'a block number beyond counting',
    blockQuery('latest'),
    { eth_getBlockByNumber: { ...block, number: '0x20000000000000' } },
  ],
  ['a block without a hash', blockQuery('latest'), { eth_getBlockByNumber: { ...block, hash: '0x' } }],
  ['the receipt of another transaction', receiptQuery(`0x${'cd'.repeat(32)}`), { eth_getTransactionReceipt: receipt }],
  [
    'a receipt that says neither yes nor no',
    receiptQuery(HASH),
    { eth_getTransactionReceipt: { ...receipt, status: '0x2' } },
  ],
  ['events of another contract', logsQuery(filter, 0, 9), { eth_getLogs: [{ ...log, address: address(2) }] }],
  ['events that nobody asked for', logsQuery(filter, 0, 9), { eth_getLogs: [{ ...log, topics: [] }] }],
  ['five thousand events', logsQuery(filter, 0, 9), { eth_getLogs: Array.from({ length: 4_097 }, () => log) }],
])('%s is no answer either', async (_, query, results) => {
  await expect(readerOf(results).ask([query])).rejects.toMatchObject({ code: 'chain/unreachable' })
})
