import { type Hex, recoverTypedDataAddress } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type LocalChain, startLocalChain } from '../../doubles/local-chain.ts'
import { createNodeWallet, type NodeWalletOptions } from '../../doubles/wallet-in-node.ts'

let chain: LocalChain

beforeAll(async () => {
  chain = await startLocalChain()
})
afterAll(() => chain.stop())

const TYPES = { Note: [{ name: 'text', type: 'string' }] }
const to = `0x${'5a'.repeat(20)}`

async function open(change: Partial<NodeWalletOptions> = {}) {
  const wallet = await createNodeWallet({ privateKey: generatePrivateKey(), rpcUrl: chain.rpcUrl, ...change })
  await chain.request('anvil_setBalance', [wallet.address(), '0xde0b6b3a7640000'])
  const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const reply = await wallet.request(method, params)
    return 'error' in reply ? reply.error.code : reply.result
  }
  return { wallet, ask }
}
const typed = (chainId: number) => ({
  domain: { name: 'Test', chainId },
  types: TYPES,
  primaryType: 'Note' as const,
  message: { text: 'hello' },
})

test('an account is shown once its person says so, and signs for nobody before', async () => {
  const { wallet, ask } = await open()
  expect(await ask('eth_accounts')).toEqual([])
  expect(await ask('eth_signTypedData_v4', wallet.address(), JSON.stringify(typed(31_337)))).toBe(4100)
  wallet.declineNext()
  expect(await ask('eth_requestAccounts')).toBe(4001)
  expect(await ask('eth_requestAccounts')).toEqual([wallet.address()])
  expect(await ask('eth_requestAccounts')).toEqual([wallet.address()])
  expect(wallet.prompts).toEqual([{ kind: 'connect' }, { kind: 'connect' }])
})

test('typed data for another chain than the active one is refused without a prompt', async () => {
  const { wallet, ask } = await open({ activeChainId: 1, knowsChain: false })
  await ask('eth_requestAccounts')
  const sign = () => ask('eth_signTypedData_v4', wallet.address(), JSON.stringify(typed(31_337)))
  expect(await sign()).toBe(-32_602)
  expect(await ask('wallet_switchEthereumChain', { chainId: '0x7a69' })).toBe(4902)
  expect(await ask('wallet_addEthereumChain', { chainId: '0x7a69', chainName: 'x', rpcUrls: [] })).toBeNull()
  expect(await ask('eth_chainId')).toBe('0x7a69')
  const signature = (await sign()) as Hex
  expect(await recoverTypedDataAddress({ ...typed(31_337), signature })).toBe(wallet.address())
  expect(wallet.prompts.slice(1)).toMatchObject([
    { kind: 'add-chain', chainId: 31_337 },
    { kind: 'typed-data', primaryType: 'Note', message: { text: 'hello' } },
  ])
})

test('a transaction is sent to the node; the node’s refusal is the wallet’s', async () => {
  const { wallet, ask } = await open()
  await ask('eth_requestAccounts')
  const from = wallet.address()
  const hash = (await ask('eth_sendTransaction', { from, to, value: '0x1' })) as Hex
  expect(await chain.mined(hash)).toMatchObject({ status: '0x1' })
  const unknown = { from, to: chain.network.contracts.stake, data: '0xffffffff' }
  expect(await ask('eth_sendTransaction', unknown)).toBeLessThan(10)
  expect(await ask('eth_getBalance', to, 'latest')).toBe('0x1')
  expect(wallet.prompts.filter(({ kind }) => kind === 'transactions')).toHaveLength(2)
})

test('several calls are one prompt where the wallet can do that, and unknown to it where not', async () => {
  const { wallet, ask } = await open({ batches: true })
  await ask('eth_requestAccounts')
  expect(await ask('wallet_getCapabilities', wallet.address(), ['0x7a69'])).toMatchObject({
    '0x7a69': { atomic: { status: 'supported' } },
  })
  const calls = [
    { to, data: '0x' },
    { to, data: '0x01' },
  ]
  const batch = { version: '2.0.0', chainId: '0x7a69', from: wallet.address(), atomicRequired: true, calls }
  const { id } = (await ask('wallet_sendCalls', batch)) as { id: string }
  await vi.waitFor(async () =>
    expect(await ask('wallet_getCallsStatus', id)).toMatchObject({ status: 200, receipts: [{ status: '0x1' }, {}] }),
  )
  expect(wallet.prompts.at(-1)).toMatchObject({ kind: 'transactions', calls: [{ data: '0x' }, { data: '0x01' }] })
  const { ask: askOther } = await open()
  expect(await askOther('wallet_getCapabilities')).toBe(4200)
})

test('what its person changes is told', async () => {
  const { wallet, ask } = await open()
  const events: unknown[] = []
  wallet.onEvent((event, value) => events.push([event, value]))
  await ask('eth_requestAccounts')
  wallet.useAccount(generatePrivateKey())
  wallet.useChain(1)
  wallet.lock()
  expect(events).toEqual([
    ['accountsChanged', [wallet.address()]],
    ['chainChanged', '0x1'],
    ['accountsChanged', []],
  ])
  expect(await ask('eth_accounts')).toEqual([])
})
