import * as v from 'valibot'
import { createEngine } from '../../../src/engine/engine.ts'
import type { Engine, GenerationEvent, LoadOptions } from '../../../src/participant/ports.ts'
import { ModelManifestSchema, modelRootOf } from '../../../src/protocol/model/manifest.ts'

const FOLDER = '/models/locus-stories/'

async function fetchFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(FOLDER + path, { signal: signal ?? null })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

function afterMs(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

/** The engine as the page builds it: a real worker, ORT in it, the embedded model over HTTP. */
export function openEngine(): Engine {
  return createEngine({
    clock: { now: () => Date.now(), after: afterMs },
    createWorker: () => new Worker(new URL('../../../workers/inference/main.ts', import.meta.url), { type: 'module' }),
  })
}

export async function embeddedModel(provider: LoadOptions['provider']): Promise<LoadOptions> {
  const manifest = v.parse(ModelManifestSchema, JSON.parse(new TextDecoder().decode(await fetchFile('manifest.json'))))
  return { manifest, modelRoot: modelRootOf(manifest), readFile: fetchFile, provider }
}

export interface Answer {
  ids: number[]
  rowsHashes: Uint8Array[]
  commitments: Uint8Array[]
}

export async function answerOf(events: AsyncIterable<GenerationEvent>): Promise<Answer> {
  const answer: Answer = { ids: [], rowsHashes: [], commitments: [] }
  for await (const event of events) {
    if (event.type !== 'segment') continue
    answer.ids.push(...event.ids)
    answer.rowsHashes.push(event.rowsHash)
    answer.commitments.push(event.commitment)
  }
  return answer
}
