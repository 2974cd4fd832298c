import * as v from 'valibot'
import { createEngine } from '../../../src/engine/engine.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { ModelManifestSchema, modelRootOf } from '../../../src/protocol/model/manifest.ts'
import { type Job, runJob } from '../jobs.ts'

/** Does the job named in the address in a real worker, and posts its outcome back to whoever served the page. */
const FOLDER = '/models/locus-stories/'

async function readFile(path: string): Promise<Uint8Array> {
  const response = await fetch(FOLDER + path)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

const engine = createEngine({
  createWorker: () => new Worker(new URL('../../../workers/inference/main.ts', import.meta.url), { type: 'module' }),
  clock: {
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
  },
})

async function outcome(): Promise<unknown> {
  try {
    const job = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Job
    const manifest = v.parse(ModelManifestSchema, JSON.parse(new TextDecoder().decode(await readFile('manifest.json'))))
    const result = await runJob(engine, { manifest, modelRoot: modelRootOf(manifest), readFile }, job)
    return { result, userAgent: navigator.userAgent }
  } catch (error) {
    return { error: CodedError.dataOf(error, 'engine/run-failed') }
  }
}

await fetch('/outcome', { method: 'POST', body: JSON.stringify(await outcome()) })
