import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'
import type { EngineInfo, ModelSource } from '../../src/engine/messages.ts'
import { modelRootOf } from '../../src/protocol/model/manifest.ts'
import { createRuntime, type FileAccess, type Runtime } from '../../workers/inference/runtime.ts'
import { manifestOfFolder } from '../manifest/manifest-of-folder.ts'

/** The embedded model. */
export const MODEL_FOLDER = join(import.meta.dirname, '../../public/models/locus-stories')

/** A model folder on disk, as the engine wants to see it. */
export interface FolderModel extends FileAccess {
  source: ModelSource
}

export async function openModelFolder(folder: string = MODEL_FOLDER): Promise<FolderModel> {
  const manifest = await manifestOfFolder(folder, { name: 'Locus Stories', license: 'apache-2.0' })
  return {
    source: { manifest, modelRoot: modelRootOf(manifest) },
    readFile: async (path) => new Uint8Array(await readFile(join(folder, path))),
    progress: () => undefined,
  }
}

/** The worker's own code without a worker: Node has the same WebAssembly, and no WebGPU. */
export function createNodeRuntime(onYield: () => void = () => undefined): Runtime {
  return createRuntime({
    importOrt: async () => ort,
    openGpu: async () => ({ unavailable: 'Node offers no WebGPU, so the processor computes instead.' }),
    browser: '',
    now: () => performance.now(),
    yieldTurn() {
      onYield()
      return new Promise((resolve) => {
        setImmediate(resolve)
      })
    },
    onFatal: (error) => {
      throw error
    },
  })
}

/** One-thread WASM with the model of a folder: the universal exact cell. */
export async function openNodeReferee(model: FolderModel): Promise<{ runtime: Runtime; info: EngineInfo }> {
  const runtime = createNodeRuntime()
  const request = { ...model.source, provider: 'referee' as const }
  return { runtime, info: await runtime.load(request, model, new AbortController().signal) }
}
