import { expect, test } from 'vitest'
import { switchChain } from '../../../src/wallet/switch-chain.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'
import { SAMPLE_NETWORK } from './sample-network.ts'
import { createScriptedProvider, neverAnswer, refuse, rpcError, type ScriptedProvider } from './scripted-provider.ts'

const [OURS, OTHER] = ['0x14a34', '0x1']

function switched(provider: ScriptedProvider, clock = createFakeClock(), chainId = SAMPLE_NETWORK.chainId) {
  const network = { ...SAMPLE_NETWORK, chainId }
  return switchChain(provider, { network, clock, rpcUrl: 'https://site.example/rpc' })
}

test('a wallet on the right chain is not asked to switch', async () => {
  const provider = createScriptedProvider({ eth_chainId: OURS })
  expect(await switched(provider)).toEqual({ outcome: 'done', value: null })
  expect(provider.asked).toEqual(['eth_chainId'])
})

test('a wallet on another chain is switched', async () => {
  const provider = createScriptedProvider({ eth_chainId: OTHER })
  provider.answer('wallet_switchEthereumChain', (params: unknown) => {
    expect(params).toEqual([{ chainId: OURS }])
    provider.answer('eth_chainId', OURS)
    return null
  })
  expect(await switched(provider)).toEqual({ outcome: 'done', value: null })
})

test.each([
  ['as the standard says', rpcError(4902, 'Unrecognized chain ID')],
  ['as mobile wallets do', rpcError(-32_603, 'internal', { originalError: { code: 4902 } })],
])('a chain that the wallet does not know is described to it: %s', async (_, error) => {
  const provider = createScriptedProvider({
    eth_chainId: OTHER,
    wallet_switchEthereumChain: () => {
      throw error
    },
  })
  provider.answer('wallet_addEthereumChain', (params: unknown) => {
    expect(params).toEqual([
      {
        chainId: OURS,
        chainName: 'Base Sepolia',
        nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
        rpcUrls: ['https://sepolia.base.org'],
        blockExplorerUrls: ['https://sepolia.basescan.org'],
      },
    ])
    // It adds the chain and stays where it is; then it can switch.
    provider.answer('wallet_switchEthereumChain', () => {
      provider.answer('eth_chainId', OURS)
      return null
    })
    return null
  })
  expect(await switched(provider)).toEqual({ outcome: 'done', value: null })
  expect(provider.asked.filter((method) => method.startsWith('wallet_'))).toEqual([
    'wallet_switchEthereumChain',
    'wallet_addEthereumChain',
    'wallet_switchEthereumChain',
  ])
})

test('a chain of one’s own is described by its site', async () => {
  const provider = createScriptedProvider({
    eth_chainId: OTHER,
    wallet_switchEthereumChain: () => {
      throw rpcError(4902, 'unknown')
    },
  })
  let described: unknown
  provider.answer('wallet_addEthereumChain', (params: unknown) => {
    described = params
    provider.answer('eth_chainId', '0x4d2')
    return null
  })
  await switched(provider, createFakeClock(), 1_234)
  expect(described).toMatchObject([{ chainId: '0x4d2', rpcUrls: ['https://site.example/rpc'] }])
})

test.each(['wallet_switchEthereumChain', 'wallet_addEthereumChain'])('who declines %s has declined', async (method) => {
  const unknown = (): never => {
    throw rpcError(4902, 'unknown')
  }
  const answers = { eth_chainId: OTHER, wallet_switchEthereumChain: unknown, [method]: refuse }
  expect(await switched(createScriptedProvider(answers))).toEqual({ outcome: 'declined' })
})

test.each([
  ['says yes and stays', () => null, 'wallet/other-chain'],
  [
    'cannot switch',
    () => {
      throw rpcError(4200, 'no')
    },
    'wallet/other-chain',
  ],
  [
    'has another question open',
    () => {
      throw rpcError(-32_002, 'pending')
    },
    'wallet/busy',
  ],
  [
    'breaks',
    () => {
      throw rpcError(-32_603, 'oops')
    },
    'wallet/failed',
  ],
])('a wallet that %s is an error with a next step', async (_, answer, code) => {
  const provider = createScriptedProvider({ eth_chainId: OTHER, wallet_switchEthereumChain: answer })
  await expect(switched(provider)).rejects.toMatchObject({ code })
})

test.each([
  ['the chain', { eth_chainId: neverAnswer }],
  ['the switch', { eth_chainId: OTHER, wallet_switchEthereumChain: neverAnswer }],
])('a wallet that is silent about %s is given up', async (_, answers) => {
  const clock = createFakeClock()
  const given = expect(switched(createScriptedProvider(answers), clock)).rejects.toMatchObject({
    code: 'wallet/no-answer',
  })
  await clock.run(60_000)
  await given
  expect(clock.pending).toBe(0)
})

test.each([null, 1, '0x', '0xzz', {}])('a chain id that is none is no chain: %s', async (chainId) => {
  await expect(switched(createScriptedProvider({ eth_chainId: chainId }))).rejects.toMatchObject({
    code: 'wallet/failed',
  })
})
