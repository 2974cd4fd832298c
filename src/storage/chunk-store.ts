import { CodedError } from '../protocol/errors.ts'
import type { ChunkDirectory, ChunkFile } from './chunk-directory.ts'
import { storeFull, storeUnavailable } from './model-errors.ts'

/**
 * Named blobs of one model under `models/<key>/`: its chunks, its manifest, its pin. A blob appears whole or not at all. A chunk's
 * name holds its SHA-256, so the same name always means the same bytes, and tabs that download at once cannot harm each other.
 * What a power cut leaves may be empty or wrong: sizes are checked here, digests by whoever reads.
 */
export interface ChunkStore {
  /** Bytes on disk; 0 when the blob is not there. */
  size(name: string): Promise<number>
  /** Null when the blob is not there. Unverified. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>
  /** Errors: `model/quota`, `model/storage-unavailable`. */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(name: string): Promise<void>
  removeAll(): Promise<void>
  /** Names of all blobs; empty when the model has no folder. */
  names(): Promise<string[]>
}

const MODELS_FOLDER = 'models'

export function createChunkStore(root: ChunkDirectory, modelKey: string): ChunkStore {
  async function folder(create: boolean): Promise<ChunkDirectory> {
    const models = await root.getDirectoryHandle(MODELS_FOLDER, { create })
    return await models.getDirectoryHandle(modelKey, { create })
  }

  async function open(name: string): ReturnType<ChunkFile['getFile']> {
    return await (await (await folder(false)).getFileHandle(name)).getFile()
  }

  return {
    size: (name) => absentAs(0, async () => (await open(name)).size),
    read: (name) => absentAs(null, async () => new Uint8Array(await (await open(name)).arrayBuffer())),
    async write(name, bytes) {
      try {
        const file = await (await folder(true)).getFileHandle(name, { create: true })
        await writeWhole(file, bytes)
        const { size } = await file.getFile()
        if (size !== bytes.length) throw new Error(`wrote ${bytes.length} bytes, found ${size}`)
      } catch (error) {
        throw errorName(error) === 'QuotaExceededError' ? storeFull(bytes.length, error) : storeUnavailable(error)
      }
    },
    remove: (name) => absentAs(undefined, async () => (await folder(false)).removeEntry(name)),
    removeAll: () =>
      absentAs(undefined, async () => {
        const models = await root.getDirectoryHandle(MODELS_FOLDER)
        await models.removeEntry(modelKey, { recursive: true })
      }),
    names: () => absentAs([], async () => await namesIn(await folder(false))),
  }
}

/** Keys of all models of which something is kept. */
export async function storedModelKeys(root: ChunkDirectory): Promise<string[]> {
  return await absentAs([], async () => await namesIn(await root.getDirectoryHandle(MODELS_FOLDER)))
}

async function namesIn(directory: ChunkDirectory): Promise<string[]> {
  const names: string[] = []
  for await (const name of directory.keys()) names.push(name)
  return names
}

/** `createWritable` writes beside the file and swaps it in at `close`. */
export async function writeWhole(file: ChunkFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writer = await file.createWritable()
  try {
    await writer.write(bytes)
  } catch (error) {
    // The first failure is the one to report; a stream that failed to write may refuse to abort.
    await writer.abort().catch(() => undefined)
    throw error
  }
  await writer.close()
}

async function absentAs<T>(absent: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (errorName(error) === 'NotFoundError') return absent
    throw CodedError.is(error) ? error : storeUnavailable(error)
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
