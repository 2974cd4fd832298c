import { CodedError } from '../../../src/protocol/errors.ts'
import type { PageJob } from '../arms/arms-job.ts'
import { fetchBytes, fetchManifest } from '../arms/model-files.ts'
import { type Job, runJob } from '../jobs.ts'
import { createPageEngine, runPageJob } from './run-page-job.ts'

/** Does the job that the server hands out, and posts its outcome back to it. */
const MODEL = 'locus-stories'

async function outcome(): Promise<unknown> {
  try {
    const job = (await (await fetch('/job')).json()) as Job | PageJob
    if (job.kind === 'exactness') {
      const model = { ...(await fetchManifest(MODEL)), readFile: (path: string) => fetchBytes(MODEL, path) }
      return { result: await runJob(createPageEngine(), model, job), userAgent: navigator.userAgent }
    }
    return { result: await runPageJob(job), userAgent: navigator.userAgent }
  } catch (error) {
    return { error: CodedError.dataOf(error, 'engine/run-failed') }
  }
}

await fetch('/outcome', { method: 'POST', body: JSON.stringify(await outcome()) })
