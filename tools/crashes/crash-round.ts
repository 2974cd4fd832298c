import { chromium, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS, ensureChromium } from '../test/chromium.ts'
import type { Asked, CrashPage, Given, Standing } from './crash-page.ts'
import type { CrashSite } from './crash-site.ts'

/** A browser in which all goes well needs a small part of it; software WebGPU tests itself again after each crash. */
const ROUND_TIMEOUT_MS = 240_000

const LOOK_INTERVAL_MS = 10

export interface CrashRound {
  asked: Asked[]
  /** Crash when so many tokens, repeated ones included, have been shown since the last crash. One crash for each. */
  afterTokens: number[]
}

export interface CrashOutcome {
  expected: Given[]
  given: Given[]
  /** Tokens shown when each crash came. */
  crashedAt: number[]
  providerBefore: string
  facts: ReturnType<CrashPage['facts']>
  recoveries: string[]
}

/** One browser of its own, its requests, and its crashes. Throws where a request fails. */
export async function runCrashRound(site: CrashSite, { asked, afterTokens }: CrashRound): Promise<CrashOutcome> {
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_FLAGS] })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(ROUND_TIMEOUT_MS)
    await page.goto(site.address)
    await page.waitForFunction(() => 'crashPage' in globalThis)
    const system = await browser.newBrowserCDPSession()
    const expected = await call(page, 'expected', asked)
    const providerBefore = await call(page, 'load')
    await call(page, 'start', asked)
    const crashedAt: number[] = []
    for (const [crash, wanted] of afterTokens.entries()) {
      const from = crashedAt.at(-1) ?? 0
      const { tokens } = await standingOnce(page, ({ tokens: now, isOver, recoveries }) => {
        const isRebuilt = recoveries.filter((what) => what === 'rebuilt').length === crash
        return isOver || (isRebuilt && now >= from + wanted)
      })
      // The process that is told to crash does not answer.
      system.send('Browser.crashGpuProcess').catch(() => undefined)
      crashedAt.push(tokens)
    }
    const given = await call(page, 'given')
    const { recoveries } = await call(page, 'standing')
    return { expected, given, crashedAt, providerBefore, facts: await call(page, 'facts'), recoveries }
  } finally {
    await browser.close()
  }
}

/** What the page's own object answers; arguments and results cross as JSON. */
function call<N extends keyof CrashPage>(
  page: Page,
  name: N,
  argument?: Parameters<CrashPage[N]>[0],
): Promise<Awaited<ReturnType<CrashPage[N]>>> {
  return page.evaluate(
    ([method, value]) => {
      const { crashPage } = globalThis as unknown as { crashPage: Record<string, (value: unknown) => unknown> }
      return crashPage[method as string]?.(value)
    },
    [name, argument] as const,
  ) as Promise<Awaited<ReturnType<CrashPage[N]>>>
}

async function standingOnce(page: Page, is: (standing: Standing) => boolean): Promise<Standing> {
  const deadline = Date.now() + ROUND_TIMEOUT_MS
  for (;;) {
    const standing = await call(page, 'standing')
    if (is(standing)) return standing
    if (Date.now() > deadline) throw new Error(`no further than ${JSON.stringify(standing)}`)
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_INTERVAL_MS)
    })
  }
}
