import { createEngine } from '../../src/engine/engine.ts'
import type { BenchSite } from './bench-site.ts'
import { findFirefox, type OpenBrowser, openChromium, openFirefox } from './browsers.ts'
import { type ExactnessResult, type Job, runJob } from './jobs.ts'
import { openModelFolder } from './node-runtime.ts'
import { createNodeWorker } from './node-worker.ts'

/** Where a job ran, and what it gave. */
export interface Measured {
  place: string
  result: ExactnessResult
}

const DEADLINE_MS = 30 * 60_000

export async function measureInNode(job: Job): Promise<Measured> {
  const { source, readFile } = await openModelFolder()
  const engine = createEngine({
    createWorker: () => createNodeWorker(),
    clock: {
      now: () => Date.now(),
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
  try {
    return {
      place: `Node ${process.versions.node}`,
      result: await runJob(engine, { ...source, readFile }, job),
    }
  } finally {
    await engine.stop()
  }
}

export async function measureInChromium(site: BenchSite, job: Job): Promise<Measured> {
  return measureInPage(site, job, openChromium)
}

/** Null where there is no Firefox. */
export async function measureInFirefox(site: BenchSite, job: Job): Promise<Measured | null> {
  const path = findFirefox()
  return path === null ? null : measureInPage(site, job, (address) => openFirefox(path, address))
}

async function measureInPage(
  site: BenchSite,
  job: Job,
  open: (address: string) => Promise<OpenBrowser>,
): Promise<Measured> {
  site.setJob(job)
  const browser = await open(site.address)
  try {
    const { result, userAgent } = await site.outcome<ExactnessResult>(AbortSignal.timeout(DEADLINE_MS))
    return { place: placeOf(userAgent), result }
  } finally {
    await browser.close()
  }
}

function placeOf(userAgent: string): string {
  const [, name, version] = /\b(Firefox|Chrome|Chromium|HeadlessChrome)\/(\d+)/.exec(userAgent) ?? []
  return name === undefined ? userAgent : `${name === 'Firefox' ? 'Firefox' : 'Chromium'} ${version}`
}
