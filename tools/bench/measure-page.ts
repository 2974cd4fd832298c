import type { PageJob } from './arms/arms-job.ts'
import type { BenchSite } from './bench-site.ts'
import { type ChromiumOptions, openChromium } from './browsers.ts'
import { type CpuTime, peakResidentBytes, processCpu } from './process-cpu.ts'

const DEADLINE_MS = 60 * 60_000

export interface MeasurePageOptions extends ChromiumOptions {
  /** Does the job once before, and again in a new process: what a browser keeps between visits is then there. */
  twice?: boolean
}

export interface PageMeasurement<R> {
  result: R
  userAgent: string
  /** Of the processes of page and workers, and of the one of the graphics card; null where nobody can say. */
  peakBytes: { page: number | null; gpu: number | null }
}

/** Does a job in a fresh Chromium, whose page may ask what its own process costs. */
export async function measurePage<R>(
  site: BenchSite,
  job: PageJob,
  options: MeasurePageOptions = {},
): Promise<PageMeasurement<R>> {
  site.setJob(job)
  const browser = await openChromium(site.address, options)
  site.setCpuProbe(async () => sumOf(await Promise.all((await browser.processIds('renderer')).map(processCpu))))
  // Beside the page's process the browser may keep an empty one ready.
  const peakOf = async (type: 'renderer' | 'GPU') => {
    const peaks = await Promise.all((await browser.processIds(type)).map(peakResidentBytes))
    return peaks.length === 0 || peaks.includes(null) ? null : Math.max(...peaks.map((bytes) => bytes ?? 0))
  }
  try {
    const next = () => site.outcome<R>(AbortSignal.timeout(DEADLINE_MS))
    let outcome = await next()
    if (options.twice === true) {
      await browser.revisit()
      outcome = await next()
    }
    return { ...outcome, peakBytes: { page: await peakOf('renderer'), gpu: await peakOf('GPU') } }
  } finally {
    site.setCpuProbe(null)
    await browser.close()
  }
}

function sumOf(times: readonly (CpuTime | null)[]): CpuTime | null {
  let sum: CpuTime = { workersMs: 0, processMs: 0 }
  for (const time of times) {
    if (time === null) return null
    sum = { workersMs: sum.workersMs + time.workersMs, processMs: sum.processMs + time.processMs }
  }
  return sum
}
