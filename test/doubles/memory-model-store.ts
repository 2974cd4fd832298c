import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelStore } from '../../src/participant/ports.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { type ModelManifest, manifestBytes, modelRootOf } from '../../src/protocol/model/manifest.ts'
import { fileOf, manifestOfFolder } from '../../tools/manifest/manifest-of-folder.ts'

export interface MemoryModelStore extends ModelStore {
  /** Hex root of the one model it has. */
  readonly modelRoot: string
}

export interface MemoryModelStoreOptions {
  manifest: ModelManifest
  read: (path: string) => Promise<Uint8Array>
  /** Whether `download` has already happened. Default: true. */
  downloaded?: boolean
}

/** One model, at hand at once; only what a participant can tell from outside is as in the real store. */
export function createMemoryModelStore({
  manifest,
  read,
  downloaded = true,
}: MemoryModelStoreOptions): MemoryModelStore {
  const modelRoot = modelRootOf(manifest)
  const totalBytes = manifestBytes(manifest)
  let complete = downloaded

  function expectKnown(root: string): void {
    if (root === modelRoot) return
    throw new CodedError({
      code: 'model/unknown',
      message: `No model has the root ${root}.`,
      nextStep: 'Choose another model.',
    })
  }

  function expectRunning(signal: AbortSignal | undefined): void {
    if (signal?.aborted !== true) return
    throw new CodedError({
      code: 'model/cancelled',
      message: 'The download was cancelled.',
      nextStep: 'Start it again.',
    })
  }

  async function readWhole(root: string, path: string): Promise<Uint8Array> {
    expectKnown(root)
    if (!complete || !manifest.files.some((file) => file.path === path)) {
      throw new CodedError({
        code: 'model/truncated',
        message: `${path} is not here.`,
        nextStep: 'Download the model.',
      })
    }
    return (await read(path)).slice()
  }

  return {
    modelRoot,
    async manifest(root) {
      expectKnown(root)
      return manifest
    },
    async status(root) {
      expectKnown(root)
      return complete ? { state: 'complete', totalBytes } : { state: 'absent' }
    },
    async download(root, onProgress, signal) {
      expectKnown(root)
      expectRunning(signal)
      onProgress(0, totalBytes)
      await Promise.resolve()
      expectRunning(signal)
      complete = true
      onProgress(totalBytes, totalBytes)
    },
    readFile: readWhole,
    async openFile(root, path) {
      const bytes = await readWhole(root, path)
      return { bytes: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) }
    },
    async delete(root) {
      expectKnown(root)
      complete = false
    },
  }
}

/** The store over a model folder on disk, such as `public/models/locus-stories`. */
export async function createFolderModelStore(folder: string, downloaded = true): Promise<MemoryModelStore> {
  const manifest = await manifestOfFolder(folder, { name: 'Locus Stories', license: 'apache-2.0' })
  return createMemoryModelStore({
    manifest,
    downloaded,
    read: async (path) => new Uint8Array(await readFile(join(folder, path))),
  })
}

/** A model of a few bytes: enough where nobody computes with it. */
export function createTinyModelStore(downloaded = true): MemoryModelStore {
  const files = new Map([
    ['config.json', new TextEncoder().encode('{"max_position_embeddings":512}')],
    ['onnx/model.onnx', Uint8Array.from({ length: 3000 }, (_, i) => i & 0xff)],
  ])
  const manifest: ModelManifest = {
    version: 1,
    id: 'tiny',
    name: 'Tiny',
    license: 'apache-2.0',
    contextTokens: 512,
    files: [...files].map(([path, bytes]) => fileOf(path, bytes)),
  }
  return createMemoryModelStore({ manifest, downloaded, read: async (path) => files.get(path) ?? new Uint8Array() })
}
