import { encodeFunctionData, type Hex, keccak256 } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chainDomain } from '../../../src/protocol/channel/chain-domain.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { keyIdOf } from '../../../src/protocol/channel/delegation.ts'
import { channelsAbi } from '../../../src/wallet/abi/channels.gen.ts'
import { stakeAbi } from '../../../src/wallet/abi/stake.gen.ts'
import { CHAIN_TYPES } from '../../../src/wallet/abi/typed-data.gen.ts'
import { createChain } from '../../../src/wallet/create-chain.ts'
import { createEphemeralSessionKey } from '../../../src/wallet/session-key-webcrypto.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { AMOUNT, delegated, permitOf, personWithMoney, signedFor } from './chain-people.ts'
import { blockSeconds, type ChainWorld, sponsorOf, startChainWorld } from './chain-world.ts'

const SPONSOR = 'https://site.example/sponsor'

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())

function chainOf(sponsorUrl: string | null = SPONSOR) {
  const fetch = sponsorOf(world, SPONSOR)
  return createChain({ network: world.network, rpcUrl: world.rpcUrl, sponsorUrl, clock: createQuickClock(), fetch })
}

test('a key is delegated, known by itself and by its wallet, and revoked', async () => {
  const [person, key, chain] = [await personWithMoney(world), await createEphemeralSessionKey(), chainOf()]
  expect(await chain.session(key.publicKey)).toBeNull()
  expect(await chain.sessionsOf(person.address)).toEqual([])
  const call = await delegated(world, person, key)
  await chain.handIn(call)
  const state = await chain.session(key.publicKey)
  expect(state).toMatchObject({ wallet: person.address, scope: 5, cap: 10n * AMOUNT, revokedAt: 0 })
  expect(await chain.sessionById(keyIdOf(call.delegation.signer))).toEqual(state)
  const second = await delegated(world, person, await createEphemeralSessionKey(), { cap: 2n ** 128n - 1n })
  await chain.handIn(second)
  expect(await chain.sessionsOf(person.address.toLowerCase() as Address)).toMatchObject([
    { keyId: keyIdOf(second.delegation.signer), cap: 2n ** 128n - 1n },
    { ...state, keyId: keyIdOf(call.delegation.signer) },
  ])
})

test('stake is bonded by a permit, and an account shows every amount to the last digit', async () => {
  const [person, chain] = [await personWithMoney(world), chainOf()]
  await chain.handIn({ kind: 'stake', permit: await permitOf(world, person, world.network.contracts.stake, AMOUNT) })
  const { stake } = world.network.contracts
  await world.request('anvil_impersonateAccount', person.address)
  const half = AMOUNT / 2n
  await world.send(person.address, stake, encodeFunctionData({ abi: stakeAbi, functionName: 'unbond', args: [half] }))
  const args = [keccak256('0x01'), person.address, world.accounts[3] ?? world.prover] as const
  await world.send(world.prover, stake, encodeFunctionData({ abi: stakeAbi, functionName: 'freezeShare', args }))

  const account = await chain.account(person.address)
  const now = await blockSeconds(world)
  const frozen = AMOUNT / 10n
  expect(account).toMatchObject({
    wallet: person.address,
    balance: 10n ** 21n - AMOUNT,
    payAllowance: 0n,
    rewards: 0n,
    blockTime: now,
    slashes: [{ id: keccak256('0x01'), amount: frozen, state: 'waiting', resolveAt: now + 3 * 86_400 }],
  })
  expect(account.bonded + (account.locks[0]?.amount ?? 0n)).toBe(AMOUNT - frozen)
  expect(account.slashable).toBe(AMOUNT - frozen)
  expect(account.coinWei).toBeGreaterThan(2n ** 53n)
  expect(account.locks).toHaveLength(1)
})

test('of many keys at once it says who stands behind each, and what that wallet had bonded in a safe block', async () => {
  const [person, sponsor] = [await personWithMoney(world), sponsorOf(world, SPONSOR)]
  let requests = 0
  const fetch: typeof globalThis.fetch = (...request) => {
    requests += 1
    return sponsor(...request)
  }
  const options = { network: world.network, rpcUrl: world.rpcUrl, sponsorUrl: SPONSOR, clock: createQuickClock() }
  const chain = createChain({ ...options, fetch })
  const keys = [await createEphemeralSessionKey(), await createEphemeralSessionKey()]
  for (const key of keys) await chain.handIn(await delegated(world, person, key, { scope: 7 }))
  await chain.handIn({ kind: 'stake', permit: await permitOf(world, person, world.network.contracts.stake, AMOUNT) })
  const strangers = Array.from({ length: 120 }, (_, i) => new Uint8Array(64).fill(i))
  const asked = [...strangers, ...keys.map(({ publicKey }) => publicKey)]
  const young = await chain.backings(asked)
  expect(young.slice(-2)).toMatchObject([
    { wallet: person.address, scope: 7, bonded: 0n },
    { wallet: person.address, scope: 7, bonded: 0n },
  ])
  // Anvil calls a block safe when an epoch of 32 stands on it.
  await world.request('anvil_mine', '0x40')
  requests = 0
  const found = await chain.backings(asked)
  expect(found.slice(0, 120)).toEqual(strangers.map(() => null))
  expect(found.slice(-2)).toMatchObject([{ bonded: AMOUNT }, { bonded: AMOUNT, revokedAt: 0 }])
  // The safe block and three lots of sessions, then one wallet.
  expect(requests).toBe(5)
  expect(await chain.backings([])).toEqual([])
  // Also where nobody asked this chain anything before, as on a page whose first question this is.
  expect(await chainOf().backings(asked)).toEqual(found)
})

test('a channel is opened, topped up and settled by keys alone', async () => {
  const [payer, payee, chain] = [await personWithMoney(world), await personWithMoney(world), chainOf()]
  const [payerKey, payeeKey] = [await createEphemeralSessionKey(), await createEphemeralSessionKey()]
  const { channels } = world.network.contracts
  const payeeCall = await delegated(world, payee, payeeKey)
  for (const call of [await delegated(world, payer, payerKey), payeeCall]) await chain.handIn(call)
  await chain.handIn({ kind: 'allow-payments', permit: await permitOf(world, payer, channels, 3n * AMOUNT) })
  expect((await chain.account(payer.address)).payAllowance).toBe(3n * AMOUNT)

  const open = {
    payer: payer.address,
    payeeKey: keyIdOf(payeeCall.delegation.signer),
    salt: keccak256('0x05'),
    amount: AMOUNT,
  }
  const byPayer = await signedFor(world, payerKey, 'ChannelOpen', open)
  await chain.handIn({ kind: 'open-channel', ...open, signed: byPayer })
  const idCall = encodeFunctionData({
    abi: channelsAbi,
    functionName: 'channelIdOf',
    args: [payer.address, open.payeeKey, byPayer.signer, open.salt],
  })
  const channelId = await world.request<Hex>('eth_call', { to: channels, data: idCall }, 'latest')
  const topUp = await signedFor(world, payerKey, 'ChannelTopUp', { channelId, deposit: 2n * AMOUNT })
  await chain.handIn({ kind: 'top-up', channelId, deposit: 2n * AMOUNT, signed: topUp })
  const voucher = { channelId, cumulativeAmount: AMOUNT + 1n }
  const settlement = { ...voucher, ...(await signedFor(world, payerKey, 'Voucher', voucher)) }
  const before = (await chain.account(payee.address)).balance
  await chain.handIn({ kind: 'settle', settlements: [settlement] })

  expect(await chain.channel(channelId)).toEqual({
    payer: payer.address,
    payeeKey: open.payeeKey,
    authorizedSigner: keyIdOf(byPayer.signer),
    deposit: 2n * AMOUNT,
    settled: AMOUNT + 1n,
    closeRequestedAt: 0,
    challengeSeconds: 2 * 86_400,
    isClosed: false,
  })
  expect((await chain.account(payee.address)).balance - before).toBe(AMOUNT + 1n)
  // A final block of a chain this young is from before the channel, or from before the contracts.
  expect(await chain.channel(channelId, 'finalized')).toBeNull()
  expect(await chain.channel(keccak256('0x06'))).toBeNull()
})

test('receipts are committed under a snapshot that the chain takes', async () => {
  const [person, chain] = [await personWithMoney(world), chainOf()]
  const batch = {
    participant: person.address,
    kind: 2,
    epoch: Math.floor((await blockSeconds(world)) / 60) - 2,
    root: keccak256('0x02'),
    count: 3,
    total: 2n ** 100n + 1n,
    snapshotBlock: await chain.blockNumber(),
  }
  const walletSignature = await person.signTypedData({
    domain: chainDomain(world.network, 'receipts'),
    types: { ReceiptBatch: CHAIN_TYPES.ReceiptBatch },
    primaryType: 'ReceiptBatch',
    message: { ...batch, epoch: BigInt(batch.epoch), snapshotBlock: BigInt(batch.snapshotBlock) },
  })
  await chain.handIn({ kind: 'commit', batch, walletSignature })
  await expect(chain.handIn({ kind: 'commit', batch, walletSignature })).rejects.toMatchObject({
    code: 'chain/reverted',
    details: { reason: 'AlreadyCommitted' },
  })
})

test('what a contract refuses is said in the contract’s words, whatever the sponsor says', async () => {
  const [person, key, chain] = [await personWithMoney(world), await createEphemeralSessionKey(), chainOf()]
  const call = await delegated(world, person, key)
  await chain.handIn(call)
  await expect(chain.handIn(call)).rejects.toMatchObject({
    code: 'chain/reverted',
    message: 'This session key is delegated already, and a key is never delegated twice.',
  })
  const permit = await permitOf(world, person, world.network.contracts.stake, 2n * 10n ** 21n)
  await expect(chain.handIn({ kind: 'stake', permit })).rejects.toMatchObject({
    details: { reason: 'ERC20InsufficientBalance' },
  })
})

test('without a sponsor nothing is handed in', async () => {
  const chain = chainOf(null)
  expect(chain.isSponsored).toBe(false)
  await expect(chain.handIn({ kind: 'settle', settlements: [] })).rejects.toMatchObject({ code: 'chain/no-sponsor' })
})

test('settling more channels costs more, and never nothing', async () => {
  const chain = chainOf()
  const [one, ten] = [await chain.settleCostWei(1), await chain.settleCostWei(10)]
  expect(one).toBeGreaterThan(0n)
  expect(ten).toBeGreaterThan(4n * one)
})
