/**
 * Photographs every scene: `node test/browser/ui/gallery/photograph.ts <folder> [scene …]`.
 * The gallery is built as the page is and served under its policy; any violation or page error fails the run.
 */

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { SCENES } from '../scenes.ts'

const VIEWS = [
  { name: 'desktop-light', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const
/** Scenes that are also photographed with every disclosure open. */
const OPENED = [
  'ready',
  'ask-empty',
  'accepted-two-legs',
  'accepted-paid',
  'inconclusive',
  'audited',
  'audited-staked',
  'audited-stake-unread',
  'check-staked',
  'committee-cleared',
  'audit-fault',
  'rejected-by-committee',
]
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const ROOT = new URL('.', import.meta.url).pathname

const [folder = 'gallery-pictures', ...only] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const dist = await mkdtemp(join(tmpdir(), 'locus-gallery-'))
await build({
  configFile: false,
  root: ROOT,
  publicDir: false,
  logLevel: 'warn',
  build: { outDir: dist, emptyOutDir: true, modulePreload: { polyfill: false } },
})

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const file = path === '/' ? 'index.html' : path.slice(1)
  readFile(join(dist, file)).then(
    (bytes) => response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(bytes),
    () => response.writeHead(404).end(),
  )
})
const origin = await new Promise<string>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
  })
})

const complaints: string[] = []
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
for (const { name, width, height, colorScheme } of VIEWS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  listen(page, complaints)
  for (const scene of SCENES.filter((each) => only.length === 0 || only.includes(each.name))) {
    await page.goto(`${origin}/?scene=${scene.name}`)
    await page.locator('h1').waitFor()
    await page.screenshot({ path: join(folder, `${scene.name}-${name}.png`), fullPage: true })
    if (OPENED.includes(scene.name)) {
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
      await page.screenshot({ path: join(folder, `${scene.name}-opened-${name}.png`), fullPage: true })
    }
    const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    if (isWide) complaints.push(`${scene.name} ${name}: scrolls sideways`)
  }
  await context.close()
}
await browser.close()
server.close()
await rm(dist, { recursive: true })
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length === 0 ? 0 : 1

function listen(page: Page, into: string[]): void {
  page.on('pageerror', (error) => into.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    const isMissingIcon = message.location().url.includes('/icons/') || message.location().url.endsWith('.webmanifest')
    if (message.type() === 'error' && !isMissingIcon) into.push(`${page.url()}: ${message.text()}`)
  })
}
