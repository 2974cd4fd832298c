import { encodeFunctionData, type Hex, numberToHex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { stakeAbi } from '../../../src/wallet/abi/stake.gen.ts'
import { testTokenAbi } from '../../../src/wallet/abi/test-token.gen.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { createAnvilWallet } from './anvil-wallet.ts'
import { AMOUNT, permitOf } from './chain-people.ts'
import { type ChainWorld, startChainWorld } from './chain-world.ts'
import { refuse, type ScriptedProvider } from './scripted-provider.ts'
import { connected, sponsoredChain } from './wallet-page.ts'

const CHAIN = numberToHex(31_337)
const ATOMIC = { [CHAIN]: { atomic: { status: 'supported' } } }
const NOWHERE: Hex = `0x${'0a'.repeat(32)}`

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())
afterEach(() => vi.unstubAllGlobals())

async function allowanceOf(owner: Hex): Promise<bigint> {
  const { token, contracts } = world.network
  const data = encodeFunctionData({ abi: testTokenAbi, functionName: 'allowance', args: [owner, contracts.stake] })
  return BigInt(await world.request<Hex>('eth_call', { to: token.address, data }, 'latest'))
}

function countSends(provider: ScriptedProvider): number {
  return provider.asked.filter((method) => method === 'eth_sendTransaction').length
}

test('stake: an approval of exactly the amount, and the stake; nothing stays approved', async () => {
  const { wallet, provider, person } = await connected(world)
  const approved: bigint[] = []
  const send = createAnvilWallet(world, person)
  provider.answer('eth_sendTransaction', async (params: unknown) => {
    const sent = await send.request({ method: 'eth_sendTransaction', params })
    approved.push(await allowanceOf(person.address))
    return sent
  })
  await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
  expect(approved).toEqual([AMOUNT, 0n])
  expect((await sponsoredChain(world).account(person.address)).bonded).toBe(AMOUNT)
})

test('stake in one prompt, where the wallet does both or neither', async () => {
  const { wallet, provider, person } = await connected(world, (one, who) => {
    one.answer('wallet_getCapabilities', ATOMIC)
    let last: unknown
    one.answer('wallet_sendCalls', async (params: unknown) => {
      const [batch] = params as [{ calls: { to: Hex; data: Hex }[]; from: Hex }]
      expect(batch).toMatchObject({ version: '2.0.0', atomicRequired: true, chainId: CHAIN, from: who.address })
      const send = createAnvilWallet(world, who)
      for (const call of batch.calls) {
        last = await send.request({ method: 'eth_sendTransaction', params: [{ ...call, from: batch.from }] })
      }
      return { id: '0x01' }
    })
    one.answer('wallet_getCallsStatus', () => ({ status: 200, receipts: [{ transactionHash: last }] }))
  })
  await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
  expect(countSends(provider)).toBe(0)
  expect((await sponsoredChain(world).account(person.address)).bonded).toBe(AMOUNT)
  expect(await allowanceOf(person.address)).toBe(0n)
})

test.each([
  ['is only ready to become a smart account', { [CHAIN]: { atomic: { status: 'ready' } } }],
  ['can do it on another chain', { '0x1': { atomic: { status: 'supported' } } }],
  ['talks nonsense', 7],
])('a wallet that %s is asked twice', async (_, capabilities) => {
  const { wallet, provider } = await connected(world, (one) => one.answer('wallet_getCapabilities', capabilities))
  await wallet.send({ kind: 'stake', amount: 5n })
  expect(countSends(provider)).toBe(2)
})

test.each([
  ['is declined', refuse, {}, { outcome: 'declined' }],
  ['has no id', { id: '' }, {}, { code: 'wallet/failed' }],
  ['never left the wallet', { id: '0x01' }, { status: 400 }, { code: 'wallet/failed' }],
  ['is reverted', { id: '0x01' }, { status: 500 }, { code: 'chain/reverted' }],
])('a batch that %s', async (_, sent, status, outcome) => {
  const { wallet } = await connected(world, (one) => {
    one.answer('wallet_getCapabilities', ATOMIC)
    one.answer('wallet_sendCalls', sent)
    one.answer('wallet_getCallsStatus', status)
  })
  const result = await wallet.send({ kind: 'stake', amount: 5n }).catch((error: unknown) => error)
  expect(result).toMatchObject(outcome)
})

test('a stake that is declined at its second prompt is not approved a second time', async () => {
  const { wallet, provider, person } = await connected(world)
  const send = createAnvilWallet(world, person)
  let prompts = 0
  provider.answer('eth_sendTransaction', (params: unknown) => {
    prompts += 1
    return prompts === 2 ? refuse() : send.request({ method: 'eth_sendTransaction', params })
  })
  expect(await wallet.send({ kind: 'stake', amount: AMOUNT })).toEqual({ outcome: 'declined' })
  await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
  expect(prompts).toBe(3)
})

test('unbonding, and whatever a sponsor would have handed in', async () => {
  const { wallet, person } = await connected(world)
  const permit = await permitOf(world, person, world.network.contracts.stake, AMOUNT)
  const handed = wallet.send({ kind: 'hand-in', call: { kind: 'stake', permit } })
  await expect(handed).resolves.toMatchObject({ outcome: 'done' })
  await expect(wallet.send({ kind: 'unbond', amount: AMOUNT })).resolves.toMatchObject({ outcome: 'done' })
  const account = await sponsoredChain(world).account(person.address)
  expect(account).toMatchObject({ bonded: 0n, slashable: AMOUNT, locks: [{ amount: AMOUNT }] })
})

test.each([
  ['withdraw', { kind: 'withdraw' }, 'NothingToWithdraw'],
  ['claim a reward', { kind: 'claim-reward' }, 'NothingToWithdraw'],
  ['unbond', { kind: 'unbond', amount: 1n }, 'InsufficientStake'],
  ['revoke', { kind: 'revoke', keyId: NOWHERE }, 'NotTheWallet'],
  ['close', { kind: 'request-close', channelId: NOWHERE }, 'ChannelUnknown'],
  ['finish a close', { kind: 'finalize-close', channelId: NOWHERE }, 'ChannelUnknown'],
  ['stake more than there is', { kind: 'stake', amount: 10n ** 21n + 1n }, 'ERC20InsufficientBalance'],
] as const)('what would fail is said before anybody is asked: %s', async (_, call, reason) => {
  const { wallet, provider } = await connected(world)
  await expect(wallet.send(call)).rejects.toMatchObject({ code: 'chain/reverted', details: { reason } })
  expect(countSends(provider)).toBe(0)
})

test.each([
  ['declines', refuse, { outcome: 'declined' }],
  ['returns no hash', '0x12', { code: 'wallet/failed' }],
  ['sends nothing', NOWHERE, { code: 'chain/not-mined' }],
])('a wallet that %s', async (_, answer, outcome) => {
  let nowMs = 0
  // Each look takes a minute: what never comes is given up after some.
  const clock = { ...createQuickClock(), now: () => (nowMs += 60_000) }
  const { wallet } = await connected(world, (one) => one.answer('eth_sendTransaction', answer), { clock })
  expect(await wallet.send({ kind: 'stake', amount: 5n }).catch((error: unknown) => error)).toMatchObject(outcome)
})

test('nothing is sent to a chain that the person did not switch to', async () => {
  const { wallet, provider } = await connected(world, (one) => {
    one.answer('eth_chainId', '0x1')
    one.answer('wallet_switchEthereumChain', refuse)
  })
  expect(await wallet.send({ kind: 'withdraw' })).toEqual({ outcome: 'declined' })
  expect(provider.asked).toEqual(['eth_chainId', 'wallet_switchEthereumChain'])
})

test('a revert that nobody foresaw is found in its receipt', async () => {
  const { wallet } = await connected(world, (one, who) => {
    one.answer('eth_sendTransaction', async () => {
      await world.request('anvil_impersonateAccount', who.address)
      const data = encodeFunctionData({ abi: stakeAbi, functionName: 'withdraw' })
      return world.send(who.address, world.network.contracts.stake, data)
    })
  })
  await expect(wallet.send({ kind: 'stake', amount: AMOUNT })).rejects.toMatchObject({ code: 'chain/reverted' })
})
