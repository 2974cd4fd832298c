import { encodeFunctionData, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Unsubscribe } from '../../../src/participant/ports.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { stakeAbi } from '../../../src/wallet/abi/stake.gen.ts'
import { testTokenAbi } from '../../../src/wallet/abi/test-token.gen.ts'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { AMOUNT, personWithMoney } from './chain-people.ts'
import { type ChainWorld, startChainWorld } from './chain-world.ts'

let world: ChainWorld
const undo: Unsubscribe[] = []

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())
afterEach(() => {
  for (const stop of undo.splice(0)) stop()
})

/** Whoever looks for changes looks when the test says so. */
function watched() {
  const clock = createFakeClock()
  let pending = 0
  const counted: typeof fetch = async (...request) => {
    pending += 1
    try {
      return await fetch(...request)
    } finally {
      pending -= 1
    }
  }
  const chain = createChain({ network: world.network, rpcUrl: world.rpcUrl, sponsorUrl: null, clock, fetch: counted })
  /** One look, and until nothing is under way. */
  async function look(): Promise<void> {
    await clock.run(2_000)
    let quiet = 0
    while (quiet < 20) {
      await clock.run(0)
      quiet = pending === 0 ? quiet + 1 : 0
    }
  }
  return { chain, clock, look }
}

async function drip(to: Address): Promise<{ transaction: Hex; raw: Hex }> {
  const person = await personWithMoney(world)
  const raw = await person.signTransaction({
    type: 'eip1559',
    chainId: 31_337,
    nonce: 0,
    gas: 100_000n,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
    to: world.network.token.address,
    data: encodeFunctionData({ abi: testTokenAbi, functionName: 'drip', args: [to] }),
  })
  const transaction = await world.request<Hex>('eth_sendRawTransaction', raw)
  await world.mined(transaction)
  return { raw, transaction }
}

const mine = (blocks: number): Promise<unknown> => world.request('anvil_mine', `0x${blocks.toString(16)}`)

test('a transaction is seen, taken back by a reorganisation, dropped, seen again, safe, and final', async () => {
  const { chain, clock, look } = watched()
  const { transaction, raw } = await drip(world.prover)
  const levels: string[] = []
  undo.push(chain.watch(transaction, (level) => levels.push(level)))
  await look()
  expect(levels).toEqual(['seen'])

  await world.request('anvil_reorg', 1, [])
  await look()
  expect(levels).toEqual(['seen', 'pending'])
  await mine(2)
  await look()
  expect(levels).toEqual(['seen', 'pending'])
  await mine(2)
  await look()
  expect(levels).toEqual(['seen', 'pending', 'dropped'])

  await world.request('eth_sendRawTransaction', raw)
  await world.mined(transaction)
  await look()
  expect(levels.at(-1)).toBe('seen')
  await mine(40)
  await look()
  expect(levels.at(-1)).toBe('safe')
  await mine(40)
  await look()
  expect(levels.at(-1)).toBe('finalized')
  // Nothing comes after that, so nobody looks any more.
  expect(clock.pending).toBe(0)
  expect(levels).toEqual(['seen', 'pending', 'dropped', 'seen', 'safe', 'finalized'])
})

test('a transaction that no block has yet is pending, and not dropped for it', async () => {
  const { chain, look } = watched()
  const levels: string[] = []
  undo.push(chain.watch(`0x${'ab'.repeat(32)}`, (level) => levels.push(level)))
  await look()
  await mine(10)
  await look()
  expect(levels).toEqual(['pending'])
})

test('who stops watching hears nothing more, and no timer stays', async () => {
  const { chain, clock, look } = watched()
  const { transaction } = await drip(world.prover)
  const levels: string[] = []
  const stop = chain.watch(transaction, (level) => levels.push(level))
  await look()
  stop()
  stop()
  await mine(100)
  await look()
  expect(levels).toEqual(['seen'])
  expect(clock.pending).toBe(0)
})

test('a node that does not answer says nothing, and is asked again', async () => {
  const clock = createFakeClock()
  let isDown = true
  const flaky: typeof fetch = (...request) => (isDown ? Promise.reject(new Error('down')) : fetch(...request))
  const chain = createChain({ network: world.network, rpcUrl: world.rpcUrl, sponsorUrl: null, clock, fetch: flaky })
  const { transaction } = await drip(world.prover)
  const levels: string[] = []
  undo.push(chain.watch(transaction, (level) => levels.push(level)))
  await clock.run(4_000)
  expect(levels).toEqual([])
  isDown = false
  await expect.poll(async () => (await clock.run(2_000), levels)).toEqual(['seen'])
})

test('a wallet hears of what names it, of its coins and of reorganisations, and of nothing else', async () => {
  const { chain, look } = watched()
  const person = await personWithMoney(world)
  await world.request('anvil_impersonateAccount', person.address)
  let heard = 0
  undo.push(chain.onChange(person.address, () => (heard += 1)))
  await look()
  expect(heard).toBe(0)

  await drip(world.prover)
  await look()
  expect(heard).toBe(0)
  await drip(person.address)
  await look()
  expect(heard).toBe(1)

  const { stake } = world.network.contracts
  const args = [stake, AMOUNT] as const
  await world.send(
    person.address,
    world.network.token.address,
    encodeFunctionData({ abi: testTokenAbi, functionName: 'approve', args }),
  )
  await world.send(person.address, stake, encodeFunctionData({ abi: stakeAbi, functionName: 'stake', args: [AMOUNT] }))
  await look()
  expect(heard).toBe(2)

  await world.request('anvil_setBalance', person.address, '0x1234')
  await mine(1)
  await look()
  expect(heard).toBe(3)

  await look()
  expect(heard).toBe(3)
  await drip(person.address)
  await look()
  expect(heard).toBe(4)
  await world.request('anvil_reorg', 1, [])
  await look()
  expect(heard).toBe(5)
})
