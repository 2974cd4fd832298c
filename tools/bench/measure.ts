import { createEngine } from '../../src/engine/engine.ts'
import type { BenchSite } from './bench-site.ts'
import { findFirefox, type OpenBrowser, openChromium, openFirefox } from './browsers.ts'
import { type ExactnessResult, type Job, runJob, type SpeedResult } from './jobs.ts'
import { openModelFolder } from './node-runtime.ts'
import { createNodeWorker } from './node-worker.ts'

type Result<J extends Job> = J extends { kind: 'exactness' } ? ExactnessResult : SpeedResult

/** Where a job ran, and what it gave. */
export interface Measured<R> {
  place: string
  result: R
}

const DEADLINE_MS = 30 * 60_000

export async function measureInNode<J extends Job>(job: J): Promise<Measured<Result<J>>> {
  const { source, readFile } = await openModelFolder()
  const engine = createEngine({
    createWorker: () => createNodeWorker(),
    clock: {
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
  try {
    return {
      place: `Node ${process.versions.node}`,
      result: (await runJob(engine, { ...source, readFile }, job)) as Result<J>,
    }
  } finally {
    await engine.stop()
  }
}

export async function measureInChromium<J extends Job>(site: BenchSite, job: J): Promise<Measured<Result<J>>> {
  return measureInPage(site, job, openChromium)
}

/** Null where there is no Firefox. */
export async function measureInFirefox<J extends Job>(site: BenchSite, job: J): Promise<Measured<Result<J>> | null> {
  const path = findFirefox()
  return path === null ? null : measureInPage(site, job, (address) => openFirefox(path, address))
}

async function measureInPage<J extends Job>(
  site: BenchSite,
  job: J,
  open: (address: string) => Promise<OpenBrowser>,
): Promise<Measured<Result<J>>> {
  const browser = await open(site.addressOf(job))
  try {
    const { result, userAgent } = await site.outcome<Result<J>>(AbortSignal.timeout(DEADLINE_MS))
    return { place: placeOf(userAgent), result }
  } finally {
    await browser.close()
  }
}

function placeOf(userAgent: string): string {
  const [, name, version] = /\b(Firefox|Chrome|Chromium|HeadlessChrome)\/(\d+)/.exec(userAgent) ?? []
  return name === undefined ? userAgent : `${name === 'Firefox' ? 'Firefox' : 'Chromium'} ${version}`
}
