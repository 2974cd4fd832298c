import { encodeErrorResult, encodeFunctionData } from 'viem'
import { expect, test } from 'vitest'
import { createCallerLimit } from '../../../../services/chain/caller-limit.ts'
import { createSponsor } from '../../../../services/chain/sponsor.ts'
import { createSender } from '../../../../services/chain/transaction-sender.ts'
import { channelsAbi } from '../../../../src/wallet/abi/channels.gen.ts'
import type { RpcAnswer, RpcCall } from '../../../../src/wallet/json-rpc.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'
import { SAMPLE_NETWORK } from '../../wallet/sample-network.ts'
import { HOSTILE_BODIES, post } from './post.ts'
import { createScriptedRpc, result } from './scripted-rpc.ts'

const hash = `0x${'ab'.repeat(32)}` as const
const settlement = {
  to: SAMPLE_NETWORK.contracts.channels,
  data: encodeFunctionData({
    abi: channelsAbi,
    functionName: 'settleMany',
    args: [[{ channelId: hash, cumulativeAmount: 5n, signer: '0x01', signature: '0x02' }]],
  }),
}

const NODE: Record<string, RpcAnswer> = {
  eth_call: result('0x'),
  eth_getTransactionCount: result('0x7'),
  eth_estimateGas: result('0x5208'),
  eth_gasPrice: result('0x3b9aca00'),
  eth_sendRawTransaction: result(hash),
}

function world(change: Record<string, RpcAnswer> = {}, times = 100) {
  const rpc = createScriptedRpc(({ method }: RpcCall) => ({ ...NODE, ...change })[method] ?? result(null))
  const clock = createFakeClock()
  const sender = createSender(rpc, SAMPLE_NETWORK.chainId)
  const door = createSponsor({ network: SAMPLE_NETWORK, rpc, sender, limit: createCallerLimit(times, 60_000, clock) })
  return { rpc, clock, door }
}

test('what anybody may hand in is tried, sent and named', async () => {
  const { rpc, door } = world()
  expect(await post(door, settlement)).toEqual({ status: 200, json: { transaction: hash } })
  expect(rpc.calls.map(({ method }) => method)).toEqual([
    'eth_call',
    'eth_getTransactionCount',
    'eth_estimateGas',
    'eth_gasPrice',
    'eth_sendRawTransaction',
  ])
})

test('what would be reverted is not sent, and the contract’s own error is named', async () => {
  const reverted = encodeErrorResult({ abi: channelsAbi, errorName: 'ChannelUnknown', args: [hash] })
  const { rpc, door } = world({
    eth_call: { state: 'error', error: { code: 3, message: 'execution reverted', data: reverted } },
  })
  const { status, json } = await post(door, settlement)
  expect(status).toBe(422)
  expect(json).toEqual({ error: { code: 'sponsor/reverted', message: 'ChannelUnknown' } })
  expect(rpc.calls).toHaveLength(1)
})

test('also where it is only the estimate that finds out', async () => {
  const reverted = encodeErrorResult({ abi: channelsAbi, errorName: 'BelowSettled', args: [1n] })
  const error = { code: -32_000, message: 'execution reverted', data: reverted }
  const { door } = world({ eth_estimateGas: { state: 'error', error } })
  expect(await post(door, settlement)).toMatchObject({ status: 422, json: { error: { message: 'BelowSettled' } } })
})

test('a node that refuses, one that is not there and one that talks nonsense are a verdict', async () => {
  const refusing = world({
    eth_sendRawTransaction: { state: 'error', error: { code: -32_000, message: 'pool is full', data: undefined } },
  })
  expect(await post(refusing.door, settlement)).toMatchObject({
    status: 502,
    json: { error: { message: 'pool is full' } },
  })
  const nonsense = world({ eth_getTransactionCount: result('many') })
  expect(await post(nonsense.door, settlement)).toMatchObject({ status: 502 })
  const { sender, limit } = { sender: createSender(absent, 1), limit: () => true }
  const door = createSponsor({ network: SAMPLE_NETWORK, rpc: absent, sender, limit })
  expect(await post(door, settlement)).toMatchObject({ status: 502, json: { error: { code: 'sponsor/unreachable' } } })
})

const absent = { batch: () => Promise.reject(new Error('no')) }

test('one failure does not hold up who comes after', async () => {
  const change: Record<string, RpcAnswer> = {
    eth_sendRawTransaction: { state: 'error', error: { code: -32_000, message: 'nonce too low', data: undefined } },
  }
  const { door } = world(change)
  expect((await post(door, settlement)).status).toBe(502)
  delete change['eth_sendRawTransaction']
  expect((await post(door, settlement)).status).toBe(200)
})

test('a caller has so much within a minute; another caller is another', async () => {
  const { rpc, clock, door } = world({}, 2)
  const statuses = async (caller: string) => (await post(door, settlement, { caller })).status
  expect([await statuses('a'), await statuses('a'), await statuses('a'), await statuses('b')]).toEqual([
    200, 200, 429, 200,
  ])
  clock.advance(30_000)
  expect(await statuses('a')).toBe(200)
  expect(rpc.calls.filter(({ method }) => method === 'eth_sendRawTransaction')).toHaveLength(4)
})

test.each([...HOSTILE_BODIES, '[]', '{"to":"0x1","data":"0x"}', JSON.stringify({ ...settlement, gas: '0xffffff' })])(
  'a verdict, no exception, and the node hears nothing: %j',
  async (body) => {
    const { rpc, door } = world()
    expect((await post(door, body)).status).toBe(400)
    expect(rpc.calls).toEqual([])
  },
)
