import { type Browser, chromium, type Page, type Route } from 'playwright-core'
import { CHROMIUM_FLAGS, ensureChromium } from '../test/chromium.ts'

/** A page under observation: what a visitor would never see, but must never happen. */
export interface DrivenPage {
  readonly page: Page
  /** Content policy violations, uncaught errors and requests to other origins, in words. Empty when all is well. */
  readonly problems: readonly string[]
}

export interface DrivenBrowser {
  readonly browser: Browser
  /** Opens the page in a profile of its own. `query` starts with `?` or is empty; `route` is a screen's name. */
  open(pageUrl: string, route: 'contribute' | 'ask' | 'check' | 'models' | 'stake', query?: string): Promise<DrivenPage>
  /** As a crash would: nobody gets to say goodbye. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface OpenBrowserOptions {
  /** Without it `requestAdapter` finds the software adapter. */
  withoutWebGpu?: boolean
  /** Runs in every page before its own scripts: for taking away what another browser would lack. */
  initScript?: string
  /** Requests answered in place of the server: by glob, then what to do. */
  routes?: Record<string, (route: Route) => Promise<void>>
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
}

/** A Chromium process of its own. Errors: a clear message when there is no Chromium and none may be installed. */
export async function openBrowser(options: OpenBrowserOptions = {}): Promise<DrivenBrowser> {
  const args = options.withoutWebGpu
    ? [...CHROMIUM_FLAGS.filter((flag) => !/webgpu|Vulkan/i.test(flag)), '--disable-features=WebGPU', '--disable-gpu']
    : [...CHROMIUM_FLAGS]
  // A server, because only its handle knows the process.
  const server = await chromium.launchServer({ executablePath: ensureChromium(), args, host: '127.0.0.1' })
  const browser = await chromium.connect(server.wsEndpoint())
  return {
    browser,
    async open(pageUrl, route, query = '') {
      const { viewport = { width: 1_280, height: 900 }, colorScheme = 'light' } = options
      const context = await browser.newContext({ viewport, colorScheme, acceptDownloads: true })
      const page = await context.newPage()
      const problems = await observe(page, new URL(pageUrl).host)
      if (options.initScript !== undefined) await page.addInitScript({ content: options.initScript })
      for (const [glob, handler] of Object.entries(options.routes ?? {})) await page.route(glob, handler)
      await page.goto(`${pageUrl}${query}#/${route}`)
      return { page, problems }
    },
    kill: () => server.kill(),
    close: () => server.close(),
  }
}

async function observe(page: Page, ownHost: string): Promise<string[]> {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && /polic|refused|violat/i.test(message.text())) problems.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (['http:', 'https:'].includes(protocol) && host !== ownHost) problems.push(`third party: ${request.url()}`)
  })
  await page.exposeFunction('reportViolation', (what: string) => problems.push(`content policy: ${what}`))
  await page.addInitScript({
    content: `addEventListener('securitypolicyviolation', (event) => {
      reportViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample)
    })`,
  })
  return problems
}
