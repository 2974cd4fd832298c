import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS, ensureChromium } from '../test/chromium.ts'

/** A browser that was shown one address. */
export interface OpenBrowser {
  close(): Promise<void>
}

/** A Chromium whose processes can be asked what they cost. */
export interface OpenChromium extends OpenBrowser {
  /** Ids of the processes that run pages, or of the one that drives the graphics card. */
  processIds(type: 'renderer' | 'GPU'): Promise<number[]>
  /** Closes the page and opens it in a new process, with what the browser kept of the first visit. */
  revisit(): Promise<void>
}

export interface ChromiumOptions {
  /** Instead of those of the tests, which compute WebGPU in software. */
  flags?: readonly string[]
}

export async function openChromium(address: string, options: ChromiumOptions = {}): Promise<OpenChromium> {
  const profile = await mkdtemp(join(tmpdir(), 'locus-chromium-'))
  const args = [...(options.flags ?? CHROMIUM_FLAGS)]
  const context = await chromium.launchPersistentContext(profile, { executablePath: ensureChromium(), args })
  const show = async () => {
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`The page failed: ${error.message}`))
    await page.goto(address)
    return page
  }
  const [blank] = context.pages()
  let page = await show()
  await blank?.close()
  const owner = context.browser()
  if (owner === null) throw new Error('the browser hides its processes')
  const system = await owner.newBrowserCDPSession()
  return {
    async processIds(type) {
      const { processInfo } = await system.send('SystemInfo.getProcessInfo')
      return processInfo.filter((process) => process.type === type).map(({ id }) => id)
    },
    async revisit() {
      const keepsBrowserOpen = await context.newPage()
      await page.close()
      page = await show()
      await keepsBrowserOpen.close()
    },
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const FIREFOX_PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

/** Path of a Firefox on this machine, or null. `FIREFOX_PATH` wins. */
export function findFirefox(): string | null {
  const named = process.env['FIREFOX_PATH']
  return named !== undefined && named !== '' ? named : (FIREFOX_PATHS.find((path) => existsSync(path)) ?? null)
}

/** Stock Firefox cannot be driven by playwright, and needs not be: the page reports by itself. */
export async function openFirefox(path: string, address: string): Promise<OpenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'locus-firefox-'))
  const child = spawn(path, ['--headless', '--no-remote', '--profile', profile, address], {
    stdio: 'ignore',
    env: { ...process.env, HOME: profile },
  })
  return {
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
