import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Devnet, startDevnet } from '../../services/devnet/start-devnet.ts'
import {
  type DrivenBrowser,
  type DrivenPage,
  type OpenBrowserOptions,
  openBrowser,
} from '../../tools/drive/open-browser.ts'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))

type Route = Parameters<DrivenBrowser['open']>[1]

/** A relay, the built page, and as many browser processes as a story needs; `end` closes all of it. */
export interface World {
  readonly devnet: Devnet
  browser(options?: OpenBrowserOptions): Promise<DrivenBrowser>
  /** A page in a browser process of its own. */
  open(route: Route, query?: string, options?: OpenBrowserOptions): Promise<DrivenPage & { browser: DrivenBrowser }>
  /** What no page may ever show, over all pages opened: policy violations, uncaught errors, requests to third parties. */
  problems(): string[]
  end(): Promise<void>
}

/** `chain`: with money, as `npm start` has it. */
export async function createWorld({ chain = false } = {}): Promise<World> {
  if (!existsSync(`${DIST}/index.html`)) throw new Error('There is no built page in dist/: run `npm run build` first.')
  const devnet = await startDevnet({ folder: DIST, chain })
  const browsers: DrivenBrowser[] = []
  const pages: DrivenPage[] = []
  const browser: World['browser'] = async (options) => {
    const opened = await openBrowser(options)
    browsers.push(opened)
    return opened
  }
  return {
    devnet,
    browser,
    async open(route, query, options) {
      const own = await browser(options)
      const driven = await own.open(devnet.pageUrl, route, query)
      pages.push(driven)
      return { ...driven, browser: own }
    },
    problems: () => pages.flatMap((page) => page.problems),
    async end() {
      await Promise.all(browsers.map((opened) => opened.close()))
      await devnet.stop()
    },
  }
}
