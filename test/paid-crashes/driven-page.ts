import type { MemoryChain } from '../doubles/memory-chain.ts'
import { type KillableBrowser, openKillableBrowser } from './killable-browser.ts'
import type { ChainCall, PageEvent, PaidPage } from './paid-page.ts'

/** A page in a browser of its own, as its driver reaches it. */
export interface DrivenPage {
  call<N extends keyof PaidPage>(name: N, ...args: Parameters<PaidPage[N]>): Promise<Awaited<ReturnType<PaidPage[N]>>>
  /** Calls that nobody waits for, in order. After the page's end they go nowhere. */
  tell<N extends keyof PaidPage>(name: N, ...args: Parameters<PaidPage[N]>): void
  onEvent: (event: PageEvent) => void
  kill(): Promise<void>
  close(): Promise<void>
}

export async function openDrivenPage(address: string, profile: string, chain: MemoryChain): Promise<DrivenPage> {
  const browser: KillableBrowser = await openKillableBrowser(profile)
  const { page } = browser
  let told: Promise<unknown> = Promise.resolve()

  const driven: DrivenPage = {
    onEvent: () => {},
    call(name, ...args) {
      const answer = page.evaluate(
        ([method, values]) => {
          const { paidPage } = globalThis as unknown as { paidPage: Record<string, (...all: unknown[]) => unknown> }
          return paidPage[method]?.(...values)
        },
        [name, args as unknown[]] as const,
      )
      return answer as Promise<Awaited<ReturnType<PaidPage[typeof name]>>>
    },
    tell(name, ...args) {
      told = told.then(() => driven.call(name, ...args)).catch(() => {})
    },
    kill: () => browser.kill(),
    close: () => browser.close(),
  }
  await page.exposeFunction('tellDriver', (event: PageEvent) => driven.onEvent(event))
  await page.exposeFunction('callChain', (name: ChainCall, ...args: unknown[]) =>
    (chain[name] as (...all: unknown[]) => Promise<unknown>)(...args),
  )
  await page.goto(address)
  await page.waitForFunction(() => 'paidPage' in globalThis)
  return driven
}
