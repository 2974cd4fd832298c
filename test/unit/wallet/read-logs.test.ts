import { expect, test } from 'vitest'
import { createChainReader } from '../../../src/wallet/chain-reader.ts'
import { createJsonRpc } from '../../../src/wallet/json-rpc.ts'
import { createLogReader } from '../../../src/wallet/read-logs.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { address } from './sample-network.ts'

const HASH = `0x${'ab'.repeat(32)}` as const
const filter = { addresses: [address(1)], topics: [HASH] }

/** A node with one event in each of these blocks, that searches at most so many blocks at once. */
function nodeWith(blocks: number[], maxRange: number) {
  const searched: [number, number][] = []
  const fetch: typeof globalThis.fetch = (_, init) => {
    const calls = JSON.parse(init?.body as string) as {
      id: number
      method: string
      params: [{ fromBlock: string; toBlock: string }]
    }[]
    const answers = calls.map(({ id, method, params }) => {
      if (method === 'eth_chainId') return { id, result: '0x1' }
      const [from, to] = [Number(params[0].fromBlock), Number(params[0].toBlock)]
      searched.push([from, to])
      if (to - from + 1 > maxRange) return { id, error: { code: -32_005, message: 'range too large' } }
      const found = blocks.filter((block) => block >= from && block <= to)
      return { id, result: found.map((block) => logAt(block)) }
    })
    return Promise.resolve(Response.json(answers))
  }
  const rpc = createJsonRpc({ url: 'https://node.example', clock: createFakeClock(), fetch })
  return { searched, logs: createLogReader(createChainReader(rpc, { chainId: 1 })) }
}

function logAt(block: number) {
  const blockNumber = `0x${block.toString(16)}`
  return { address: address(1), topics: [HASH], data: '0x', blockNumber, blockHash: HASH, logIndex: '0x0' }
}

const heights = (logs: { blockNumber: number }[]): number[] => logs.map(({ blockNumber }) => blockNumber)

test('the whole chain is searched once; after that, what is new and what a reorganisation could have changed', async () => {
  const blocks = [3, 990]
  const { logs, searched } = nodeWith(blocks, Number.POSITIVE_INFINITY)
  expect(heights(await logs.upTo(filter, 1_000))).toEqual([3, 990])
  blocks.splice(1, 1, 995, 1_004)
  expect(heights(await logs.upTo(filter, 1_010))).toEqual([3, 995, 1_004])
  expect(searched).toEqual([
    [0, 1_000],
    [873, 1_010],
  ])
})

test('a node that searches few blocks at once is asked for many pieces', async () => {
  const { logs, searched } = nodeWith([5, 9_000, 99_999], 10_000)
  expect(heights(await logs.upTo(filter, 100_000))).toEqual([5, 9_000, 99_999])
  expect(searched).toHaveLength(1 + 12)
})

test('on a long chain such a search goes back as far as a session can matter', async () => {
  const latest = 30_000_000
  const { logs, searched } = nodeWith([1, latest - 1_000_000], 10_000)
  expect(heights(await logs.upTo(filter, latest))).toEqual([latest - 1_000_000])
  expect(searched.length).toBeLessThan(200)
})

test('a node that refuses even a short search has failed', async () => {
  const { logs } = nodeWith([], 0)
  await expect(logs.upTo(filter, 100)).rejects.toMatchObject({ code: 'chain/unreachable' })
})
