import { encodeFunctionData, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChainDoors, openDoors } from '../../../../services/chain/open-doors.ts'
import { chainDomain } from '../../../../src/protocol/channel/chain-domain.ts'
import type { Address } from '../../../../src/protocol/channel/chain-network.ts'
import {
  buildDelegation,
  DELEGATION_TYPES,
  delegationMessage,
  keyIdOf,
  possessionDigest,
} from '../../../../src/protocol/channel/delegation.ts'
import { bytesToHex } from '../../../../src/protocol/hash.ts'
import { sessionRegistryAbi } from '../../../../src/wallet/abi/session-registry.gen.ts'
import { testTokenAbi } from '../../../../src/wallet/abi/test-token.gen.ts'
import { createFakeClock, type FakeClock } from '../../../doubles/fake-clock.ts'
import { type LocalChain, startLocalChain } from '../../../doubles/local-chain.ts'
import { createSeededSessionKey } from '../../../doubles/seeded-session-key.ts'
import { post } from './post.ts'

let chain: LocalChain
let opened: ChainDoors
let clock: FakeClock

beforeAll(async () => {
  chain = await startLocalChain()
  clock = createFakeClock()
  opened = await openDoors(chain, clock)
})
afterAll(() => chain.stop())

const door = (name: 'rpcUrl' | 'sponsorUrl' | 'faucetUrl') => {
  const found = opened.doors[opened.page[name]]
  if (found === undefined) throw new Error('no such door')
  return found
}
const stranger = (): Address => privateKeyToAccount(generatePrivateKey()).address
const read = (to: Address, data: Hex, tag = 'latest') => chain.request<Hex>('eth_call', [{ to, data }, tag])
const balanceOf = async (who: Address): Promise<bigint> =>
  BigInt(
    await read(
      chain.network.token.address,
      encodeFunctionData({ abi: testTokenAbi, functionName: 'balanceOf', args: [who] }),
    ),
  )
const coinsOf = async (who: Address): Promise<bigint> =>
  BigInt(await chain.request<Hex>('eth_getBalance', [who, 'latest']))

/** A delegation that a wallet and a session key have signed, as a page hands it in. */
async function delegation(seed: number) {
  const wallet = privateKeyToAccount(generatePrivateKey())
  const key = createSeededSessionKey(seed)
  const { network } = chain
  const terms = buildDelegation({
    network,
    wallet: wallet.address,
    publicKey: key.publicKey,
    scope: 7,
    cap: 10n ** 20n,
    nowSeconds: await chain.blockSeconds(),
    lifetimeSeconds: 86_400,
    origin: 'http://127.0.0.1',
  })
  const message = delegationMessage(terms)
  const domain = chainDomain(network, 'sessionRegistry')
  const signature = await wallet.signTypedData({
    domain,
    types: DELEGATION_TYPES,
    primaryType: 'SessionDelegation',
    message,
  })
  const possession: Hex = `0x${bytesToHex(await key.sign(possessionDigest(network, terms)))}`
  const args = [message, signature, possession] as const
  const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: 'delegate', args })
  return { wallet, keyId: keyIdOf(terms.signer), call: { to: network.contracts.sessionRegistry, data } }
}

test('every contract stands where the network says, and is final before anybody asks', async () => {
  const { p256Verifier, sessionRegistry } = chain.network.contracts
  const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: 'p256Verifier' })
  expect(BigInt(await read(sessionRegistry, data, 'finalized'))).toBe(BigInt(p256Verifier))
  for (const address of [...Object.values(chain.network.contracts), chain.network.token.address, chain.drandBeacon]) {
    expect((await chain.request<Hex>('eth_getCode', [address, 'finalized'])).length).toBeGreaterThan(100)
  }
})

test('the faucet gives tokens and coins, once a minute, until there is enough', async () => {
  const who = stranger()
  const ask = async () => {
    const answer = await post(door('faucetUrl'), { address: who })
    const { transaction } = answer.json as { transaction?: Hex }
    if (transaction !== undefined) await chain.mined(transaction)
    return answer
  }
  expect(await ask()).toMatchObject({ status: 200, json: { transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/) } })
  expect([await balanceOf(who), await coinsOf(who)]).toEqual([1_000n * 10n ** 18n, 10n ** 18n])
  expect(await ask()).toMatchObject({ status: 429 })
  clock.advance(60_000)
  expect((await ask()).status).toBe(200)
  await chain.request('anvil_setBalance', [who, '0x8ac7230489e80000'])
  clock.advance(60_000)
  expect((await ask()).status).toBe(200)
  expect([await balanceOf(who), await coinsOf(who)]).toEqual([3_000n * 10n ** 18n, 10n ** 19n])
})

test('the sponsor hands in what a wallet and a session key have signed', async () => {
  const { wallet, keyId, call } = await delegation(1)
  const { status, json } = await post(door('sponsorUrl'), call)
  expect(status).toBe(200)
  expect(await chain.mined((json as { transaction: Hex }).transaction)).toMatchObject({ status: '0x1' })
  const data = encodeFunctionData({ abi: sessionRegistryAbi, functionName: 'session', args: [keyId] })
  expect((await read(call.to, data)).toLowerCase()).toContain(wallet.address.slice(2).toLowerCase())
  expect(await coinsOf(wallet.address)).toBe(0n)
  // Twice is a mistake, which the contract names.
  expect(await post(door('sponsorUrl'), call)).toMatchObject({
    status: 422,
    json: { error: { code: 'sponsor/reverted', message: 'KeyAlreadyUsed' } },
  })
})

test('the sponsor hands in nothing that is not signed, and nothing else', async () => {
  const { call } = await delegation(2)
  const other = await delegation(3)
  const forged = { ...call, data: `${call.data.slice(0, -256)}${other.call.data.slice(-256)}` }
  expect(await post(door('sponsorUrl'), forged)).toMatchObject({ json: { error: { message: 'InvalidSignature' } } })
  const drip = encodeFunctionData({ abi: testTokenAbi, functionName: 'drip', args: [stranger()] })
  expect((await post(door('sponsorUrl'), { to: chain.network.token.address, data: drip })).status).toBe(403)
})

test('many at once are handed in one after the other', async () => {
  const calls = await Promise.all([10, 11, 12, 13].map(delegation))
  const answers = await Promise.all(calls.map(({ call }) => post(door('sponsorUrl'), call)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
})

test('the node is reached through its door, and is not its caller’s', async () => {
  const rpc = door('rpcUrl')
  const call = (method: string, params: unknown[] = []) => ({ jsonrpc: '2.0', id: 5, method, params })
  expect((await post(rpc, call('eth_chainId'))).json).toEqual({ jsonrpc: '2.0', id: 5, result: '0x7a69' })
  expect((await post(rpc, call('anvil_setBalance', [stranger(), '0x1']))).json).toMatchObject({
    error: { code: -32_601 },
  })
})
