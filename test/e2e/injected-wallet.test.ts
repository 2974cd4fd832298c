import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatePrivateKey } from 'viem/accounts'
import { expect, test } from 'vitest'
import { createPageServer } from '../../services/devnet/page-server.ts'
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import { openBrowser } from '../../tools/drive/open-browser.ts'
import { installInjectedWallet } from '../doubles/injected-wallet.ts'
import { startLocalChain } from '../doubles/local-chain.ts'

interface Announced {
  info: { name: string; uuid: string }
  provider: {
    request(call: { method: string; params?: unknown[] }): Promise<unknown>
    on(event: string, listener: (value: unknown) => void): void
  }
}

/** Run in a page: what its own scripts would do. */
function findWallet(): void {
  addEventListener('eip6963:announceProvider', (event) =>
    Reflect.set(window, 'found', (event as CustomEvent<Announced>).detail),
  )
  dispatchEvent(new Event('eip6963:requestProvider'))
}
function askWallet(method: string): Promise<unknown> {
  const { provider } = Reflect.get(window, 'found') as Announced
  return provider.request({ method }).catch((error: unknown) => (error as { code: number }).code)
}
function listen(): Promise<unknown> {
  const { provider } = Reflect.get(window, 'found') as Announced
  return new Promise((resolve) => provider.on('accountsChanged', resolve))
}

test('a page under its strict policy finds the injected wallet, asks it, and hears of its changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'locus-page-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>A page</title>')
  const chain = await startLocalChain()
  const server = await createPageServer({
    folder,
    host: '127.0.0.1',
    port: 0,
    config: { relay: '/ip4/127.0.0.1/tcp/4601/ws', beacon: { url: '/beacon', chain: QUICKNET } },
  })
  const browser = await openBrowser()
  try {
    const { page, problems } = await browser.open(server.url, 'ask')
    const wallet = await installInjectedWallet(page, {
      name: 'A wallet',
      privateKey: generatePrivateKey(),
      rpcUrl: chain.rpcUrl,
    })
    await page.reload()
    await page.evaluate(findWallet)
    expect(await page.evaluate(() => (Reflect.get(window, 'found') as Announced).info.name)).toBe('A wallet')

    wallet.declineNext()
    expect(await page.evaluate(askWallet, 'eth_requestAccounts')).toBe(4001)
    expect(await page.evaluate(askWallet, 'eth_requestAccounts')).toEqual([wallet.address()])
    expect(await page.evaluate(askWallet, 'eth_chainId')).toBe('0x7a69')

    const heard = page.evaluate(listen)
    // The listener is there when the page has done what was asked of it before.
    await page.evaluate(() => undefined)
    wallet.useAccount(generatePrivateKey())
    expect(await heard).toEqual([wallet.address()])
    expect(problems).toEqual([])
  } finally {
    await browser.close()
    await server.stop()
    await chain.stop()
    await rm(folder, { recursive: true })
  }
})
