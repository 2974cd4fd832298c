import { announceProvider } from 'mipd'
import { afterEach, expect, test, vi } from 'vitest'
import type { WalletAccount, WalletChoice } from '../../../src/participant/ports.ts'
import { createWallet } from '../../../src/wallet/create-wallet.ts'

const address = (digit: string): `0x${string}` => `0x${digit.repeat(40)}`

const network = {
  chainId: 31_337,
  name: 'Local chain',
  isTest: true,
  token: { address: address('1'), symbol: 'tLOCUS', decimals: 18 },
  contracts: {
    p256Verifier: address('2'),
    sessionRegistry: address('3'),
    parameters: address('4'),
    stake: address('5'),
    channels: address('6'),
    receipts: address('7'),
    disputes: address('8'),
    committees: address('9'),
  },
}
const delegation = {
  wallet: address('0'),
  signer: `0x${'2'.repeat(40)}${'ab'.repeat(64)}`,
  scope: 5,
  cap: 2n ** 100n,
  validAfter: 1_800_000_000,
  validUntil: 1_802_592_000,
  origin: 'https://site.example',
} as const

const undo: (() => void)[] = []
afterEach(() => {
  for (const one of undo.splice(0)) one()
  localStorage.removeItem('locus-test-wallet')
  vi.restoreAllMocks()
})

function walletOfPage() {
  const clock = {
    now: () => Date.now(),
    after: (delayMs: number, callback: () => void) => {
      const handle = setTimeout(callback, delayMs)
      return () => clearTimeout(handle)
    },
  }
  // Nothing here needs the chain: an account’s own key is recovered from what it signed.
  const fetch = () => Promise.reject(new Error('no request is made'))
  return createWallet({ network, rpcUrl: '/rpc', clock, origin: location.origin, fetch })
}

function announce(uuid: string, name: string, icon: string, request: () => Promise<unknown> = async () => []): void {
  const info = { uuid, name, icon, rdns: 'example.wallet' } as never
  undo.push(announceProvider({ info, provider: { request } as never }))
}

test('wallets announced before and after the page asks are choices, once each, and no icon is fetched', () => {
  const small = 'data:image/svg+xml;base64,PHN2Zy8+'
  announce('a', 'Early', small)
  const seen: WalletChoice[][] = []
  undo.push(walletOfPage().onChoices((choices) => seen.push(choices)))
  announce('b', 'Late', 'https://tracker.example/icon.png')
  announce('b', 'Late again', small)
  window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info: null } }))
  expect(seen.at(-1)).toEqual([
    { id: 'announced:a', name: 'Early', icon: small, isTest: false },
    { id: 'announced:b', name: 'Late', icon: null, isTest: false },
    { id: 'test', name: 'Test wallet of this page', icon: null, isTest: true },
  ])
})

test('who stops listening hears of no later wallet', () => {
  const wallet = walletOfPage()
  let heard = 0
  wallet.onChoices(() => (heard += 1))()
  announce('c', 'Later', '')
  expect(heard).toBe(1)
})

test('a refusal in a real wallet’s words is a no, and not an error', async () => {
  announce('d', 'Stubborn', '', () =>
    Promise.reject(Object.assign(new Error('User rejected the request.'), { code: 4001 })),
  )
  const wallet = walletOfPage()
  undo.push(wallet.onChoices(() => undefined))
  expect(await wallet.connect('announced:d')).toEqual({ outcome: 'declined' })
})

test('the test wallet is the same at the next visit, and signs what is verified before anybody uses it', async () => {
  const accounts: (WalletAccount | null)[] = []
  const [first, next] = [walletOfPage(), walletOfPage()]
  first.onAccount((account) => accounts.push(account))
  await first.connect('test')
  next.onAccount((account) => accounts.push(account))
  await next.connect('test')
  const [, before, , after] = accounts
  expect(before?.address).toMatch(/^0x[0-9a-fA-F]{40}$/)
  expect(after).toEqual(before)
  const asked = await next.signDelegation({ ...delegation, wallet: before?.address ?? address('0') })
  expect(asked).toEqual({ outcome: 'done', value: expect.stringMatching(/^0x[0-9a-f]{130}$/) })
})
