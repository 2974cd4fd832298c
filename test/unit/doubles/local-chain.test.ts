import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalChain, serveDoors, startLocalChain } from '../../doubles/local-chain.ts'

let chain: LocalChain

beforeAll(async () => {
  chain = await startLocalChain()
})
afterAll(() => chain.stop())

const numberOf = async (tag: string): Promise<number> =>
  Number((await chain.request<{ number: string }>('eth_getBlockByNumber', [tag, false])).number)

async function pay(): Promise<Hex> {
  const [from] = await chain.request<string[]>('eth_accounts')
  const hash = await chain.request<Hex>('eth_sendTransaction', [{ from, to: `0x${'5a'.repeat(20)}`, value: '0x1' }])
  await chain.mined(hash)
  return hash
}

test('a block is safe under one other, and final under two', async () => {
  const before = await numberOf('latest')
  await chain.mine(3)
  expect([await numberOf('latest'), await numberOf('safe'), await numberOf('finalized')]).toEqual([
    before + 3,
    before + 2,
    before + 1,
  ])
})

test('what a reorganisation takes out is gone, and the chain is as long as before', async () => {
  const hash = await pay()
  await chain.mine(2)
  const height = await numberOf('latest')
  expect(await chain.request('eth_getTransactionReceipt', [hash])).not.toBeNull()
  await chain.reorg(4)
  expect(await chain.request('eth_getTransactionReceipt', [hash])).toBeNull()
  expect(await numberOf('latest')).toBe(height)
})

test('time passes when it is told to', async () => {
  const before = await chain.blockSeconds()
  await chain.increaseTime(86_400)
  expect(await chain.blockSeconds()).toBeGreaterThanOrEqual(before + 86_400)
})

test('its doors are served without a page, with their caps', async () => {
  const doors = await serveDoors(chain)
  const answered = async (response: Promise<Response>) => (await (await response).json()) as { transaction: Hex }
  const post = (url: string, body: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { address } = privateKeyToAccount(generatePrivateKey())
  await chain.mined((await answered(post(doors.faucetUrl, JSON.stringify({ address })))).transaction)
  expect((await post(doors.faucetUrl, 'x'.repeat(10_000))).status).toBe(413)
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getBalance', params: [address, 'latest'] })
  expect(await (await post(doors.rpcUrl, call)).json()).toMatchObject({ result: '0xde0b6b3a7640000' })
  expect((await post(doors.sponsorUrl, '{}')).status).toBe(400)
  await doors.stop()
})
