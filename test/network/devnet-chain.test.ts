import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Devnet, startDevnet } from '../../services/devnet/start-devnet.ts'
import { ChainNetworkSchema } from '../../src/protocol/channel/chain-network.ts'

let folder: string
let devnet: Devnet

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locus-page-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>A page</title>')
  devnet = await startDevnet({ folder, chain: true })
})
afterAll(async () => {
  await devnet.stop()
  await rm(folder, { recursive: true })
})

const at = (path: string): string => new URL(path, devnet.pageUrl).href
const post = (path: string, body: string, type = 'application/json'): Promise<Response> =>
  fetch(at(path), { method: 'POST', headers: { 'content-type': type }, body })

interface Told {
  chain?: { network: unknown; rpcUrl: string; sponsorUrl: string; faucetUrl: string }
}
const told = async (url = devnet.pageUrl): Promise<Told> =>
  (await (await fetch(new URL('locus.json', url))).json()) as Told

test('the page is told its chain, and where on its own origin it is reached', async () => {
  const { chain } = await told()
  expect(v.parse(ChainNetworkSchema, chain?.network)).toEqual(devnet.chain?.network)
  expect(chain).toMatchObject({ rpcUrl: '/chain/rpc', sponsorUrl: '/chain/sponsor', faucetUrl: '/chain/faucet' })
})

test('the policy names no other origin for it', async () => {
  const policy = (await fetch(devnet.pageUrl)).headers.get('content-security-policy') ?? ''
  expect(policy).not.toContain(new URL(devnet.chain?.rpcUrl ?? '').host)
})

test('the three doors are open, and as strict as they are by themselves', async () => {
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId' })
  const answer = await post('/chain/rpc', call)
  expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: 1, result: '0x7a69' })
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect((await post('/chain/rpc', call, 'text/plain')).status).toBe(415)
  expect((await post('/chain/sponsor', '{}')).status).toBe(400)
  expect((await post('/chain/sponsor', 'x'.repeat(100_000))).status).toBe(413)
  expect((await post('/chain/faucet', JSON.stringify({ address: `0x${'5a'.repeat(20)}` }))).status).toBe(200)
  expect((await fetch(at('/chain/faucet'))).status).toBe(405)
  expect((await post('/chain/other', '{}')).status).toBe(404)
  expect((await post('/constructor', '{}')).status).toBe(404)
})

test('a page without a chain is told of none, and nothing of it is there', async () => {
  const plain = await startDevnet({ folder })
  expect((await told(plain.pageUrl)).chain).toBeUndefined()
  const answer = await fetch(new URL('chain/rpc', plain.pageUrl), { method: 'POST' })
  expect(answer.status).toBe(404)
  await plain.stop()
})
