import { describe, expect, test } from 'vitest'
import { createRpcDoor } from '../../../../services/chain/rpc-door.ts'
import { HOSTILE_BODIES, post } from './post.ts'
import { createScriptedRpc, result } from './scripted-rpc.ts'

const echo = () => createScriptedRpc(({ method }) => result(method))
const call = (method: string, id: unknown = 1, params: unknown = []) => ({ jsonrpc: '2.0', id, method, params })

test('a reading goes through, with the number of whoever asks', async () => {
  const rpc = echo()
  const { status, json } = await post(createRpcDoor(rpc), call('eth_getBalance', 'mine', ['0x1', 'latest']))
  expect(status).toBe(200)
  expect(json).toEqual({ jsonrpc: '2.0', id: 'mine', result: 'eth_getBalance' })
  expect(rpc.calls).toEqual([{ method: 'eth_getBalance', params: ['0x1', 'latest'] }])
})

test.each([
  'anvil_setBalance',
  'anvil_impersonateAccount',
  'evm_mine',
  'hardhat_reset',
  'debug_traceTransaction',
  'txpool_content',
  'eth_accounts',
  'eth_sendTransaction',
  'eth_sign',
  'eth_newFilter',
  'eth_getbalance',
  'constructor',
])('%s is not offered, and the node does not hear of it', async (method) => {
  const rpc = echo()
  const { json } = await post(createRpcDoor(rpc), call(method))
  expect(json).toMatchObject({ id: 1, error: { code: -32_601 } })
  expect(rpc.calls).toEqual([])
})

test('of a batch each call is answered for itself, in order', async () => {
  const rpc = createScriptedRpc(({ method }) =>
    method === 'eth_call' ? { state: 'error', error: { code: 3, message: 'reverted', data: '0x01' } } : result(method),
  )
  const batch = [call('eth_chainId', 1), call('evm_mine', 2), 'nonsense', call('eth_call', 3), call('eth_gasPrice', 4)]
  const { json } = await post(createRpcDoor(rpc), batch)
  expect(json).toMatchObject([
    { id: 1, result: 'eth_chainId' },
    { id: 2, error: { code: -32_601 } },
    { id: null, error: { code: -32_600 } },
    { id: 3, error: { code: 3, data: '0x01' } },
    { id: 4, result: 'eth_gasPrice' },
  ])
  expect(rpc.calls).toHaveLength(3)
})

describe('what is too much', () => {
  test('a batch of more calls than pages send', async () => {
    const rpc = echo()
    const { json } = await post(createRpcDoor(rpc), Array(51).fill(call('eth_chainId')))
    expect(json).toMatchObject({ error: { code: -32_005 } })
    expect(rpc.calls).toEqual([])
  })

  test('an answer that is longer than the cap', async () => {
    const rpc = createScriptedRpc(() => result('x'.repeat(600_000)))
    expect((await post(createRpcDoor(rpc), [call('eth_call'), call('eth_call')])).status).toBe(502)
    expect((await post(createRpcDoor(rpc), call('eth_call'))).status).toBe(200)
  })

  test('more batches at once than the node should have to do, until some are done', async () => {
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const door = createRpcDoor(createScriptedRpc(({ method }) => held.then(() => result(method))))
    const waiting = Array.from({ length: 64 }, () => post(door, call('eth_chainId')))
    expect((await post(door, call('eth_chainId'))).json).toMatchObject({ error: { code: -32_005 } })
    letGo()
    await Promise.all(waiting)
    expect((await post(door, call('eth_chainId'))).json).toMatchObject({ result: 'eth_chainId' })
  })
})

test('a node that is not there is an error of each call, not of the door', async () => {
  const door = createRpcDoor({ batch: () => Promise.reject(new Error('no')) })
  expect(await post(door, call('eth_chainId'))).toMatchObject({
    status: 200,
    json: { id: 1, error: { code: -32_603 } },
  })
})

test.each([...HOSTILE_BODIES, '[]', '{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}'])(
  'a verdict, no exception: %j',
  async (body) => {
    const rpc = echo()
    const { status, json } = await post(createRpcDoor(rpc), body)
    expect([200, 400]).toContain(status)
    expect(JSON.stringify(json)).toContain('"error"')
    expect(rpc.calls).toEqual([])
  },
)

test('a page of another origin has to ask its browser first: only JSON by POST is heard', async () => {
  const door = createRpcDoor(echo())
  expect((await post(door, call('eth_chainId'), { contentType: 'text/plain' })).status).toBe(415)
  expect((await post(door, call('eth_chainId'), { contentType: undefined })).status).toBe(415)
  expect((await post(door, call('eth_chainId'), { method: 'GET' })).status).toBe(405)
  expect((await post(door, call('eth_chainId'), { contentType: 'application/json; charset=utf-8' })).status).toBe(200)
})
