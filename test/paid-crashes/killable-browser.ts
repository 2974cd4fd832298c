import { chromium, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS, ensureChromium } from '../../tools/test/chromium.ts'

/** A Chromium that keeps its profile in a folder, and can be ended as the system ends a process. */
export interface KillableBrowser {
  readonly page: Page
  /** SIGKILL to all of its processes at once: page, storage and browser. Resolves when it is gone. */
  kill(): Promise<void>
  close(): Promise<void>
}

export async function openKillableBrowser(profile: string): Promise<KillableBrowser> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    args: [...CHROMIUM_FLAGS],
  })
  const gone = new Promise((resolve) => {
    context.on('close', resolve)
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const system = await context.browser()?.newBrowserCDPSession()
  const processes = await system?.send('SystemInfo.getProcessInfo')
  const leader = processes?.processInfo.find(({ type }) => type === 'browser')?.id
  if (leader === undefined) throw new Error('a browser without a process')
  return {
    page,
    async kill() {
      // Playwright starts a browser as the leader of a group of its own.
      process.kill(-leader, 'SIGKILL')
      await gone
    },
    close: () => context.close(),
  }
}
