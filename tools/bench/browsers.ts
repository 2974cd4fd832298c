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

export async function openChromium(address: string): Promise<OpenBrowser> {
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] })
  const page = await browser.newPage()
  await page.goto(address)
  return { close: () => browser.close() }
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
