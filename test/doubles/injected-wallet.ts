import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { createNodeWallet, type NodeWallet, type NodeWalletOptions, type WalletReply } from './wallet-in-node.ts'

export interface InjectedWalletOptions extends NodeWalletOptions {
  /** As the page shows it. */
  name: string
}

/** What a person sees and does: prompts, and their answers. */
export type InjectedWallet = Omit<NodeWallet, 'request' | 'onEvent'>

/** What the page's half is told; it runs in the page and sees nothing else of this file. */
interface PageHalf {
  uuid: string
  name: string
  binding: string
  event: string
}

/**
 * A wallet as an extension would put it into the page, before the page's own scripts: announced by EIP-6963, speaking EIP-1193. Keys and prompts
 * stay in Node. To be installed before the page is opened, or reloaded; it comes back on
 * every reload, and remembers who was let in.
 */
export async function installInjectedWallet(page: Page, options: InjectedWalletOptions): Promise<InjectedWallet> {
  const wallet = await createNodeWallet(options)
  const uuid = randomUUID()
  const [binding, event] = [`walletRequest_${uuid.replaceAll('-', '')}`, `wallet-event-${uuid}`]
  await page.exposeFunction(binding, (method: string, params: unknown[]) => wallet.request(method, params))
  const half: PageHalf = { uuid, name: options.name, binding, event }
  await page.addInitScript(announce, half)
  wallet.onEvent((name, value) => {
    const detail = { name, value }
    // A page that is being left hears of it when it asks again.
    page
      .evaluate(([type, about]) => dispatchEvent(new CustomEvent(type, { detail: about })), [event, detail] as const)
      .catch(() => undefined)
  })
  return wallet
}

/** @internal Runs in the page. */
export function announce({ uuid, name, binding, event }: PageHalf): void {
  type Listener = (value: unknown) => void
  const listeners = new Map<string, Set<Listener>>()
  const listenersOf = (type: string): Set<Listener> => {
    const known = listeners.get(type) ?? new Set()
    listeners.set(type, known)
    return known
  }
  const provider = {
    async request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
      const given = Array.isArray(params) ? params : params === undefined ? [] : [params]
      const inNode = Reflect.get(window, binding) as (method: string, params: unknown[]) => Promise<WalletReply>
      const reply = await inNode(method, given)
      if ('error' in reply) throw Object.assign(new Error(reply.error.message), reply.error)
      return reply.result
    },
    on(type: string, listener: Listener) {
      listenersOf(type).add(listener)
      return provider
    },
    removeListener(type: string, listener: Listener) {
      listenersOf(type).delete(listener)
      return provider
    },
  }
  window.addEventListener(event, (told) => {
    const { name: type, value } = (told as CustomEvent<{ name: string; value: unknown }>).detail
    for (const listener of listenersOf(type)) listener(value)
  })
  const icon =
    'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
  const info = { uuid, name, icon, rdns: 'test.locus.wallet' }
  const detail = Object.freeze({ info: Object.freeze(info), provider })
  const say = (): unknown => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  window.addEventListener('eip6963:requestProvider', say)
  say()
}
